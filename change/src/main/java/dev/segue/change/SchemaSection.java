package dev.segue.change;

import dev.segue.change.SchemaOperation.AddCheck;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.AddEnumValue;
import dev.segue.change.SchemaOperation.AddExclude;
import dev.segue.change.SchemaOperation.AddForeignKey;
import dev.segue.change.SchemaOperation.AddPrimaryKey;
import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.change.SchemaOperation.AttachPartition;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.CreateFunction;
import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.change.SchemaOperation.CreateView;
import dev.segue.change.SchemaOperation.DetachPartition;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.DropConstraint;
import dev.segue.change.SchemaOperation.DropDefault;
import dev.segue.change.SchemaOperation.DropIndex;
import dev.segue.change.SchemaOperation.DropNotNull;
import dev.segue.change.SchemaOperation.DropTable;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.change.SchemaOperation.RebuildIndex;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.RenameTable;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetDefault;
import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.change.SchemaOperation.SplitColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// `schema`: what changes in the database.
final class SchemaSection {

  static final Form<SchemaOperation> OPERATION =
      MappingForm.oneOf(
          Stream.of(ColumnOperations.ALL, ConstraintOperations.ALL, ObjectOperations.ALL)
              .<Key<? extends SchemaOperation>>flatMap(List::stream)
              .toList());

  private SchemaSection() {}

  /// Operations that are in each other's way.
  static void check(List<SchemaOperation> operations, Fields change) {
    Set<List<String>> taken = new HashSet<>();
    Set<List<String>> said = new HashSet<>();
    for (SchemaOperation operation : operations) {
      if (operation instanceof RenameColumn rename) {
        once(rename.table(), rename.from(), rename.fromAt(), taken, change);
        once(rename.table(), rename.to(), rename.toAt(), taken, change);
      } else if (!said.add(subject(operation))) {
        change.problem(
            operation.where().entry(),
            "schema",
            "the same is asked for already: " + String.join(" ", subject(operation)));
      }
    }
  }

  /// What an operation does to what: a change does the same to the same thing once.
  private static List<String> subject(SchemaOperation operation) {
    return switch (operation) {
      case CreateTable o -> List.of("create-table", o.name());
      case DropTable o -> List.of("drop-table", o.table());
      case RenameTable o -> List.of("rename-table", o.table());
      case AddColumn o -> List.of("add-column", o.table(), o.column());
      case DropColumn o -> List.of("drop-column", o.table(), o.column());
      case RenameColumn o -> List.of("rename-column", o.table(), o.from());
      case ChangeType o -> List.of("change-type", o.table(), o.column());
      case SplitColumn o -> List.of("split-column", o.table(), o.column());
      case MergeColumns o -> List.of("merge-columns", o.table(), String.join(",", o.columns()));
      case ReplaceEnum o -> List.of("replace-enum", o.table(), o.column());
      case SetNotNull o -> List.of("set-not-null", o.table(), o.column());
      case DropNotNull o -> List.of("drop-not-null", o.table(), o.column());
      case SetDefault o -> List.of("set-default", o.table(), o.column());
      case DropDefault o -> List.of("drop-default", o.table(), o.column());
      case AddCheck o -> List.of("a constraint", o.table(), o.name());
      case AddForeignKey o -> List.of("a constraint", o.table(), o.name());
      case AddUnique o -> List.of("a constraint", o.table(), o.name());
      case AddPrimaryKey o -> List.of("a constraint", o.table(), o.name());
      case AddExclude o -> List.of("a constraint", o.table(), o.name());
      case DropConstraint o -> List.of("drop-constraint", o.table(), o.name());
      case CreateIndex o -> List.of("create-index", o.table(), o.name());
      case DropIndex o -> List.of("drop-index", o.index());
      case RebuildIndex o -> List.of("rebuild-index", o.index());
      case AddEnumValue o -> List.of("add-enum-value", o.type(), o.value());
      case CreateFunction o -> List.of("create-function", o.name());
      case CreateView o -> List.of("create-view", o.name());
      case AttachPartition o -> List.of("attach-partition", o.partition());
      case DetachPartition o -> List.of("detach-partition", o.partition());
      case RawSql o -> List.of("sql", o.name());
    };
  }

  private static void once(
      String table, String column, Place at, Set<List<String>> taken, Fields change) {
    if (!taken.add(List.of(table, column))) {
      change.problem(
          at,
          "schema.rename-column",
          "'%s' of '%s' is in an earlier rename already; a change renames a column once"
              .formatted(column, table));
    }
  }
}
