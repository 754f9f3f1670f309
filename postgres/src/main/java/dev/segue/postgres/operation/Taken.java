package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;

/// Names that are taken.
final class Taken {

  private Taken() {}

  /// @throws dev.segue.change.SegueException USER `name-taken`
  static void constraint(Connection connection, Relation table, String name, Place at)
      throws SQLException {
    Refusal.whereTaken(
        connection,
        Conditions.constraint(table.oid(), name),
        at,
        "constraint %s of %s".formatted(Identifiers.quoted(name), table.quoted()));
  }

  static void relation(Connection connection, String schema, String name, Place at)
      throws SQLException {
    Refusal.whereTaken(
        connection, Conditions.relation(schema, name), at, Identifiers.quoted(schema, name));
  }
}
