package dev.segue.postgres.columns;

import org.jspecify.annotations.Nullable;

/// A column of a [Link], and what it is made of.
///
/// @param column as SQL names it
/// @param type with its length and schema
/// @param exact whether two values that are equal are the same; others are compared as texts
/// @param value it has, from the columns of the other side
/// @param cast whether the value must be cast before it can be compared
/// @param required whether it refuses NULL
/// @param fallback its default while both sides live; null: none
record Side(
    String column,
    String type,
    boolean exact,
    Expression value,
    boolean cast,
    boolean required,
    @Nullable String fallback) {

  /// Whether it is not what the other side says.
  ///
  /// @param row see [Expression#on]
  String off(String row) {
    return differs(row + column, compared(row));
  }

  String changed() {
    return differs("new." + column, "old." + column);
  }

  /// Whether somebody has written it: it is not its default.
  String given() {
    return fallback == null
        ? "new." + column + " IS NOT NULL"
        : differs("new." + column, "CAST(" + fallback + " AS " + type + ")");
  }

  String assigned() {
    return "new.%s := %s;".formatted(column, value.on("new."));
  }

  String compared(String row) {
    return cast ? "CAST(" + value.on(row) + " AS " + type + ")" : value.on(row);
  }

  private String differs(String one, String other) {
    return exact
        ? "%s IS DISTINCT FROM %s".formatted(one, other)
        : "(%s)::text IS DISTINCT FROM (%s)::text".formatted(one, other);
  }
}
