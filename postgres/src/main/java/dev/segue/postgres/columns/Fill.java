package dev.segue.postgres.columns;

import org.jspecify.annotations.Nullable;

/// A column that gets a value where it has none.
///
/// @param column as SQL names it
/// @param value over the row's columns
/// @param written when a row that is written is filled
/// @param copied whether rows that are there are filled, too
/// @param required whether the column must refuse NULL in the end
/// @param repeatable whether the value may be asked for without an effect
record Fill(
    String column,
    Expression value,
    Written written,
    boolean copied,
    boolean required,
    boolean repeatable) {

  enum Written {
    ALWAYS,
    INSERTED,
    NEVER
  }

  /// The column, as the catalogue has it.
  String name() {
    return column.startsWith("\"")
        ? column.substring(1, column.length() - 1).replace("\"\"", "\"")
        : column;
  }

  /// What the trigger does; null: nothing.
  @Nullable String trigger() {
    String filled =
        "IF new.%1$s IS NULL THEN new.%1$s := %2$s; END IF;".formatted(column, value.on("new."));
    return switch (written) {
      case ALWAYS -> filled;
      case INSERTED -> "IF tg_op = 'INSERT' THEN " + filled + " END IF;";
      case NEVER -> null;
    };
  }

  String uncopied(String row) {
    return repeatable
        ? "%s IS NULL AND (%s) IS NOT NULL".formatted(row + column, value.on(row))
        : row + column + " IS NULL";
  }
}
