package dev.segue.change;

import dev.segue.change.SchemaOperation.RenameColumn;
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
    for (SchemaOperation operation : operations) {
      if (operation instanceof RenameColumn rename) {
        once(rename.table(), rename.from(), rename.fromAt(), taken, change);
        once(rename.table(), rename.to(), rename.toAt(), taken, change);
      }
    }
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
