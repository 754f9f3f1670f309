package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;

/// What can be asked of the catalogue, as conditions in SQL. Tables are named by their oids: a
/// facade may change their names meanwhile.
final class Conditions {

  private Conditions() {}

  static String constraint(long table, String name) {
    return "exists (select from pg_catalog.pg_constraint where conrelid = %d and conname = %s)"
        .formatted(table, literal(name));
  }

  static String validConstraint(long table, String name) {
    return "exists (select from pg_catalog.pg_constraint where conrelid = %d and conname = %s and convalidated)"
        .formatted(table, literal(name));
  }

  /// One that waits for VALIDATE.
  static String pendingConstraint(long table, String name) {
    return "exists (select from pg_catalog.pg_constraint where conrelid = %d and conname = %s and not convalidated)"
        .formatted(table, literal(name));
  }

  static String index(String schema, String name, boolean valid) {
    return """
    exists (select from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid \
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
    where n.nspname = %s and c.relname = %s and x.indisvalid = %s)\
    """
        .formatted(literal(schema), literal(name), valid);
  }

  /// Whether a partition has its part of an index of the table above it.
  static String attached(String schema, String index, long partition) {
    return """
    exists (select from pg_catalog.pg_inherits h join pg_catalog.pg_class c on c.oid = h.inhparent \
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
    join pg_catalog.pg_index x on x.indexrelid = h.inhrelid \
    where n.nspname = %s and c.relname = %s and x.indrelid = %d)\
    """
        .formatted(literal(schema), literal(index), partition);
  }

  static String relation(String schema, String name) {
    return """
    exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
    where n.nspname = %s and c.relname = %s)\
    """
        .formatted(literal(schema), literal(name));
  }

  static String relation(long oid) {
    return "exists (select from pg_catalog.pg_class where oid = %d)".formatted(oid);
  }

  static String column(long table, String column) {
    return column(table, column, "true");
  }

  static String notNull(long table, String column) {
    return column(table, column, "attnotnull");
  }

  static String nullable(long table, String column) {
    return column(table, column, "not attnotnull");
  }

  private static String column(long table, String column, String condition) {
    return "exists (select from pg_catalog.pg_attribute where attrelid = %d and attname = %s and attnum > 0 and not attisdropped and %s)"
        .formatted(table, literal(column), condition);
  }

  static String partitionOf(long partition, long parent) {
    return "exists (select from pg_catalog.pg_inherits where inhrelid = %d and inhparent = %d)"
        .formatted(partition, parent);
  }
}
