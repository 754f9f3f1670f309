package dev.segue.postgres.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A table's name as a change file writes it: `table` or `schema.table`, letter for letter; with
/// double quotes where a part itself has a dot, as in SQL.
///
/// @param schema null: the first of the search path that has such a table
public record TableName(@Nullable String schema, String table) {

  private static final Pattern PART = Pattern.compile("\"((?:[^\"]|\"\")+)\"|([^.\"]+)");

  public static TableName parse(String text) {
    Matcher first = PART.matcher(text);
    if (!first.lookingAt()) {
      return new TableName(null, text);
    }
    if (first.end() == text.length()) {
      return new TableName(null, part(first));
    }
    Matcher second = PART.matcher(text).region(first.end() + 1, text.length());
    return text.charAt(first.end()) == '.' && second.matches()
        ? new TableName(part(first), part(second))
        : new TableName(null, text);
  }

  private static String part(Matcher matcher) {
    String quoted = matcher.group(1);
    return quoted == null ? matcher.group(2) : quoted.replace("\"\"", "\"");
  }

  /// As SQL writes it.
  public String quoted() {
    return schema == null ? Identifiers.quoted(table) : Identifiers.quoted(schema, table);
  }

  @Override
  public String toString() {
    return schema == null ? table : schema + "." + table;
  }
}
