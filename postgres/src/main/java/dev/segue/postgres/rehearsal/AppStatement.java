package dev.segue.postgres.rehearsal;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A statement that a version of the application sends.
///
/// @param calls how often it was seen; null when it comes from a file
/// @param searchPath where its sender looks for unqualified names; null: not known
/// @param origin file and line; null when the server counted it
public record AppStatement(
    Version version,
    String sql,
    @Nullable Long calls,
    @Nullable String searchPath,
    @Nullable String origin) {

  private static final Set<String> PREPARED =
      Set.of("select", "insert", "update", "delete", "merge", "with", "values", "table");
  private static final int SHOWN = 160;

  /// Where the server, counting statements, has put a parameter and its grammar takes none.
  private static final Pattern TYPED_LITERAL =
      Pattern.compile(
          "\\b(interval|date|timestamp|timestamptz|time)\\s+(\\$\\d+)", Pattern.CASE_INSENSITIVE);

  private static final Pattern EXTRACTED =
      Pattern.compile("\\bextract\\s*\\(\\s*(\\$\\d+)\\s+from\\b", Pattern.CASE_INSENSITIVE);

  /// Whose statement it is.
  public enum Version {
    OLD,
    NEW
  }

  /// Whether PREPARE takes it; the others are utility statements.
  public boolean preparable() {
    return PREPARED.contains(keyword());
  }

  /// The first word, in lower case.
  String keyword() {
    String text = sql.strip();
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end).toLowerCase(Locale.ROOT);
  }

  /// What can be prepared in its stead where it cannot be itself: `extract($1 FROM …)` and
  /// `interval $1` are how pg_stat_statements prints what a client wrote with constants.
  String mended() {
    String casts = TYPED_LITERAL.matcher(sql).replaceAll("($2)::$1");
    return EXTRACTED.matcher(casts).replaceAll("pg_catalog.extract($1,");
  }

  /// For people, on one line, cut where it is long.
  public String shown() {
    String line = line();
    return found(line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line);
  }

  /// For people who must mend it, on one line.
  String whole() {
    return found(line());
  }

  private String line() {
    return sql.strip().replaceAll("\\s+", " ");
  }

  private String found(String text) {
    String where = origin == null ? "" : origin + ": ";
    return calls == null ? where + text : where + text + " (" + calls + " calls)";
  }
}
