package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.SchemaOperation.RenameColumn;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `schema`: what changes in the database.
final class SchemaSection {

  /// What PostgreSQL keeps of a name; it cuts the rest off without an error.
  private static final int LONGEST_NAME = 63;

  private static final Form<String> COLUMN_NAME =
      Scalars.text("a column's name", s -> name(s.text()));

  private static final Key<String> TABLE =
      required(
          "table",
          Scalars.text("a table's name", s -> tableName(s.text())),
          "The table, with its schema where the search path does not find it: sales.orders.");
  private static final Key<String> FROM =
      required("from", COLUMN_NAME, "The column's name now, exactly as the catalogue has it.");
  private static final Key<String> TO = required("to", COLUMN_NAME, "The column's new name.");

  private static final Key<RenameColumn> RENAME_COLUMN =
      optional(
          "rename-column",
          MappingForm.of(
                  f ->
                      new RenameColumn(
                          f.get(TABLE),
                          f.get(FROM),
                          f.get(TO),
                          f.place(TABLE),
                          f.place(FROM),
                          f.place(TO)),
                  TABLE,
                  FROM,
                  TO)
              .checking(SchemaSection::check, FROM, TO),
          "A column gets a new name; both names work until the contract step.");

  static final Form<SchemaOperation> OPERATION = MappingForm.oneOf(List.of(RENAME_COLUMN));

  private SchemaSection() {}

  private static void check(Fields f) {
    if (f.get(FROM).equals(f.get(TO))) {
      f.problem("the column has this name already: from and to are the same", "to");
    }
  }

  /// Operations that are in each other's way.
  static void check(List<SchemaOperation> operations, Fields change) {
    Set<List<String>> taken = new HashSet<>();
    for (SchemaOperation operation : operations) {
      switch (operation) {
        case RenameColumn rename -> {
          once(rename.table(), rename.from(), rename.fromAt(), taken, change);
          once(rename.table(), rename.to(), rename.toAt(), taken, change);
        }
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

  private static String tableName(String text) throws Misfit {
    String[] parts = text.split("\\.", -1);
    if (parts.length > 2) {
      throw new Misfit("has more than one dot: write table or schema.table");
    }
    for (String part : parts) {
      name(part);
    }
    return text;
  }

  private static String name(String text) throws Misfit {
    if (text.isBlank()) {
      throw new Misfit("has an empty part");
    }
    if (text.contains("\"")) {
      throw new Misfit("is written with double quotes; write the name alone, in its exact case");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_NAME) {
      throw new Misfit("is " + bytes + " bytes long; PostgreSQL keeps " + LONGEST_NAME);
    }
    return text;
  }
}
