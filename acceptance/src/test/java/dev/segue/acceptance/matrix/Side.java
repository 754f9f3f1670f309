package dev.segue.acceptance.matrix;

/// How one version of an application knows a table. In its SQL `:id` is a row's number and `:n` the
/// number a write puts into it; both sides read and write the same two, each in its own shape.
///
/// @param table what it reads from and writes to
/// @param key a condition that finds a row by `:id`
/// @param id a row's number, of its columns
/// @param value the number last written, of the columns this side knows; -1 where they contradict
///   each other
/// @param set what an update sets
/// @param columns of an insert
/// @param values of an insert
/// @param nulls whether some of its writes put NULL
record Side(
    String table,
    String key,
    String id,
    String value,
    String set,
    String columns,
    String values,
    boolean nulls) {

  /// One that knows the columns `id` and `n`.
  static Side of(String table) {
    return new Side(table, "id = :id", "id", "n", "n = :n", "id, n", ":id, :n", false);
  }

  Side named(String other) {
    return new Side(other, key, id, value, set, columns, values, nulls);
  }

  Side keyed(String condition, String number) {
    return new Side(table, condition, number, value, set, columns, values, nulls);
  }

  Side reads(String expression) {
    return new Side(table, key, id, expression, set, columns, values, nulls);
  }

  Side sets(String assignments) {
    return new Side(table, key, id, value, assignments, columns, values, nulls);
  }

  Side inserts(String into, String what) {
    return new Side(table, key, id, value, set, into, what, nulls);
  }

  /// Reads, sets and inserts one column besides `id`.
  Side column(String name, String write, String read) {
    return reads(read).sets(name + " = " + write).inserts("id, " + name, ":id, " + write);
  }

  /// Sets and inserts one more column.
  Side also(String name, String write) {
    return sets(set + ", " + name + " = " + write)
        .inserts(columns + ", " + name, values + ", " + write);
  }

  Side withNulls() {
    return new Side(table, key, id, value, set, columns, values, true);
  }

  String insert() {
    return "insert into %s (%s) values (%s)".formatted(table, columns, values);
  }

  String update() {
    return "update %s set %s where %s".formatted(table, set, key);
  }

  String delete() {
    return "delete from %s where %s".formatted(table, key);
  }

  String one() {
    return "select %s from %s where %s".formatted(value, table, key);
  }

  String all() {
    return "select %s, %s from %s".formatted(id, value, table);
  }
}
