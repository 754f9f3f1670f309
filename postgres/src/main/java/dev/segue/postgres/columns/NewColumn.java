package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.columns.Table.Column;
import dev.segue.postgres.sql.Identifiers;
import org.jspecify.annotations.Nullable;

/// A column that the change makes.
///
/// @param column as the server has it
/// @param last its name in the end
/// @param added what ADD COLUMN says behind the type: a default that costs nothing, NOT NULL
/// @param fallback a default that is set afterwards, so that rows that are there have none
/// @param lastFallback a default that comes with the contract
/// @param required whether it refuses NULL in the end, and is not made so
/// @param like the one old column it stands for, with everything that hangs on it
/// @param constant what it is in rows that nobody has given a value; null: told by nothing
/// @param identity `ALWAYS`, `BY DEFAULT` or null: it numbers rows by itself
record NewColumn(
    Column column,
    String last,
    String added,
    @Nullable String fallback,
    @Nullable String lastFallback,
    boolean required,
    @Nullable Column like,
    @Nullable String constant,
    @Nullable String identity) {

  String name() {
    return column.name();
  }

  /// Whether it takes the old column's name in the end.
  boolean takesName() {
    return !last.equals(column.name());
  }

  boolean sameType() {
    return like != null && like.type().equals(column.type());
  }

  /// The sequence that numbers rows until the contract.
  String sequence(Table table) {
    return quoted(table.schema(), Identifiers.aside(table.table() + "_" + column.name() + "_seq"));
  }
}
