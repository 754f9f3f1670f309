package dev.segue.postgres.oldnames;

import static java.util.stream.Collectors.joining;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.CreateFunction;
import dev.segue.change.SchemaOperation.CreateView;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.DropTable;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.RenameTable;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.postgres.sql.TableName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A name that an operation takes away with the contract, and how a statement that says it is
/// known.
///
/// @param what for people: `old_id of link`
/// @param one a pattern that such a statement matches, as the server takes patterns
/// @param other another that it matches as well
record OldName(String what, String one, String other) {

  private static final Pattern SPECIAL = Pattern.compile("([\\\\.*+?^$|(){}\\[\\]])");

  /// The name an operation takes away; empty where all that were there stay.
  static Optional<OldName> of(SchemaOperation operation) {
    return switch (operation) {
      case RenameColumn rename -> column(rename.table(), List.of(rename.from()));
      case DropColumn drop -> column(drop.table(), List.of(drop.column()));
      case ChangeType change -> unlessKept(change.table(), change.column(), change.to());
      case ReplaceEnum replace -> unlessKept(replace.table(), replace.column(), replace.to());
      case SplitColumn split -> column(split.table(), List.of(split.column()));
      case MergeColumns merge -> column(merge.table(), merge.columns());
      case DropTable drop -> table(drop.table());
      case RenameTable rename -> table(rename.table());
      case CreateView view -> Optional.ofNullable(view.replaces()).flatMap(OldName::table);
      case CreateFunction create ->
          Optional.ofNullable(create.replaces()).flatMap(OldName::function);
      default -> Optional.empty();
    };
  }

  private static Optional<OldName> unlessKept(String table, String column, @Nullable String to) {
    return to == null ? Optional.empty() : column(table, List.of(column));
  }

  private static Optional<OldName> column(String table, List<String> columns) {
    return Optional.of(
        new OldName(
            String.join(", ", columns) + " of " + table,
            word(List.of(TableName.parse(table).table())),
            word(columns)));
  }

  /// As a table stands in a statement: its name alone may be a column's of another one.
  private static Optional<OldName> table(String name) {
    String word = literally(TableName.parse(name).table());
    return Optional.of(
        new OldName(
            name,
            "(\\m(from|join|into|update|only|using|table|truncate)\\s+|,\\s*)([[:alnum:]_\"]+\\.)?\"?%s\"?(\\W|$)"
                .formatted(word),
            word));
  }

  private static Optional<OldName> function(String signature) {
    String name =
        signature.contains("(") ? signature.substring(0, signature.indexOf('(')) : signature;
    String word = literally(TableName.parse(name.strip()).table());
    return Optional.of(new OldName(signature, "(^|\\W)" + word + "\"?\\s*\\(", word));
  }

  /// A pattern that finds any of the names as a whole word.
  static String word(List<String> names) {
    return names.stream().map(OldName::literally).collect(joining("|", "(^|\\W)(", ")(\\W|$)"));
  }

  private static String literally(String name) {
    return SPECIAL.matcher(name).replaceAll("\\\\$1");
  }
}
