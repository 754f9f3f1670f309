package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.online.Piece;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A column comes to refuse NULL without being scanned under a lock: a check that is validated
/// first proves it; from PostgreSQL 18 on NOT NULL is such a constraint itself.
///
/// @param constraint its name, from 18 on
record NotNull(Relation table, String column, int server, String constraint) {

  private static final int NATIVE = 18;

  static NotNull of(Connection connection, Relation table, String column) throws SQLException {
    int server = connection.getMetaData().getDatabaseMajorVersion();
    String usual = DerivedName.of(table.name(), column, "not_null");
    String name =
        server < NATIVE
            ? usual
            : Prompt.first(
                    connection,
                    """
                    select k.conname from pg_catalog.pg_constraint k
                    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                    where k.conrelid = ?::int8::oid and k.contype = 'n' and a.attname = ?
                    """,
                    row -> row.getString(1),
                    table.oid(),
                    column)
                .orElse(usual);
    return new NotNull(table, column, server, name);
  }

  /// What keeps new rows from having none; those that are there are not looked at.
  Piece guard() {
    return server >= NATIVE
        ? Piece.exclusive(
                "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID"
                    .formatted(table.quoted(), quoted(constraint), quoted(column)),
                table.quoted())
            .unless(Conditions.notNull(table.oid(), column))
            .noted("catalogue only")
        : Piece.exclusive(
                "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID"
                    .formatted(table.quoted(), quoted(check()), quoted(column)),
                table.quoted())
            .unless(
                Conditions.notNull(table.oid(), column)
                    + " or "
                    + Conditions.constraint(table.oid(), check()))
            .noted("catalogue only");
  }

  /// Behind the guard: looks at the rows that are there, and makes it so.
  List<Piece> proof() {
    List<Piece> pieces = new ArrayList<>();
    String name = server >= NATIVE ? constraint : check();
    pieces.add(
        Piece.lasting(
                "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(table.quoted(), quoted(name)),
                table.quoted())
            .when(Conditions.pendingConstraint(table.oid(), name)));
    if (server < NATIVE) {
      pieces.add(
          Piece.exclusive(
                  "ALTER TABLE %1$s ALTER COLUMN %2$s SET NOT NULL; ALTER TABLE %1$s DROP CONSTRAINT %3$s"
                      .formatted(table.quoted(), quoted(column), quoted(check())),
                  table.quoted())
              .when(Conditions.constraint(table.oid(), check()))
              .noted("catalogue only: the check proves it"));
    }
    return pieces;
  }

  List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(guard());
    pieces.addAll(proof());
    return pieces;
  }

  /// What is in the way of nothing but should not be left.
  List<Piece> leftovers() {
    return server >= NATIVE
        ? List.of()
        : List.of(
            Piece.exclusive(
                    "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s"
                        .formatted(table.quoted(), quoted(check())),
                    table.quoted())
                .when(Conditions.constraint(table.oid(), check())));
  }

  /// Whether it holds, proved.
  String holds() {
    return Conditions.notNull(table.oid(), column)
        + (server >= NATIVE
            ? " and not " + Conditions.pendingConstraint(table.oid(), constraint)
            : "");
  }

  private String check() {
    return DerivedName.passing(table.name(), column);
  }
}
