package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Names of things in the database, as a change file writes them, and keys that many operations
/// have.
final class Names {

  /// What PostgreSQL keeps of a name; it cuts the rest off without an error.
  private static final int LONGEST = 63;

  static final Form<String> COLUMN_FORM = Scalars.text("a column's name", s -> name(s.text()));
  static final Form<List<String>> COLUMNS_FORM = new ListForm<>(COLUMN_FORM, 1);
  static final Form<String> NAME_FORM = Scalars.text("a name", s -> name(s.text()));
  static final Form<String> RELATION_FORM =
      Scalars.text("a name", s -> qualified(s.text(), "name"));

  static final Key<String> TABLE =
      required(
          "table",
          Scalars.text("a table's name", s -> qualified(s.text(), "table")),
          "The table, with its schema where the search path does not find it: sales.orders.");
  static final Key<String> COLUMN =
      required("column", COLUMN_FORM, "The column's name, exactly as the catalogue has it.");
  static final Key<String> TYPE =
      required("type", Scalars.TEXT, "A type as SQL writes it: numeric(12,2).");

  private Names() {}

  static Key<String> sql(String name, String about) {
    return optional(name, Scalars.TEXT, about);
  }

  static Key<String> requiredSql(String name, String about) {
    return required(name, Scalars.TEXT, about);
  }

  static Key<Boolean> flag(String name, String about) {
    return optional(name, Scalars.FLAG, "false", about);
  }

  private static String qualified(String text, String what) throws Misfit {
    String[] parts = text.split("\\.", -1);
    if (parts.length > 2) {
      throw new Misfit("has more than one dot: write %1$s or schema.%1$s".formatted(what));
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
    if (bytes > LONGEST) {
      throw new Misfit("is " + bytes + " bytes long; PostgreSQL keeps " + LONGEST);
    }
    return text;
  }
}
