package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.columns.Designer.Replaced;
import dev.segue.postgres.columns.Table.Constraint;
import dev.segue.postgres.columns.Table.Index;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The indexes and constraints of old columns, as they read for the new ones. The server itself
/// rewrites them: on a table without rows the columns change their types and names, and the
/// definitions are read again.
///
/// @param indexes what stands behind USING
/// @param constraints their definitions
record Carried(Map<Index, String> indexes, Map<Constraint, String> constraints) {

  private static final String FUTURE = "pg_temp.segue_future";

  /// @param connection in a transaction that is rolled back
  static Carried of(Connection connection, Table table, List<Replaced> replaced)
      throws SQLException {
    List<Index> indexes = new ArrayList<>();
    List<Constraint> checks = new ArrayList<>();
    Map<Constraint, String> foreign = new LinkedHashMap<>();
    List<String> olds = replaced.stream().map(Replaced::old).toList();
    for (Index index : table.indexes()) {
      if (index.columns().stream().anyMatch(olds::contains)) {
        indexes.add(index);
      }
    }
    for (Constraint constraint : table.constraints()) {
      if (constraint.columns().stream().anyMatch(olds::contains)) {
        if (constraint.kind().equals("c")) {
          checks.add(constraint);
        } else {
          foreign.put(constraint, rewritten(constraint, replaced));
        }
      }
    }
    return indexes.isEmpty() && checks.isEmpty()
        ? new Carried(Map.of(), foreign)
        : Aside.pinned(
            connection, () -> future(connection, table, replaced, indexes, checks, foreign));
  }

  /// A foreign key's own columns stand first.
  private static String rewritten(Constraint key, List<Replaced> replaced) {
    Map<String, String> names = new HashMap<>();
    for (Replaced one : replaced) {
      names.replaceAll((_, now) -> now.equals(one.old()) ? one.now().name() : now);
      names.putIfAbsent(one.old(), one.now().name());
    }
    List<String> now = key.columns().stream().map(c -> names.getOrDefault(c, c)).toList();
    String begins = "FOREIGN KEY (" + Design.names(key.columns()) + ")";
    if (!key.definition().startsWith(begins)) {
      throw new IllegalStateException(key.definition());
    }
    return "FOREIGN KEY (" + Design.names(now) + ")" + key.definition().substring(begins.length());
  }

  private static Carried future(
      Connection connection,
      Table table,
      List<Replaced> replaced,
      List<Index> indexes,
      List<Constraint> checks,
      Map<Constraint, String> foreign)
      throws SQLException {
    Prompt.execute(connection, "CREATE TEMP TABLE segue_future (LIKE " + table.name() + ")");
    for (Replaced one : replaced) {
      drop(connection, one.now().quoted());
    }
    for (int i = 0; i < indexes.size(); i++) {
      Index index = indexes.get(i);
      Prompt.execute(
          connection,
          "CREATE %sINDEX segue_i%d ON %s USING %s"
              .formatted(index.unique() ? "UNIQUE " : "", i, FUTURE, index.method()));
    }
    for (int i = 0; i < checks.size(); i++) {
      Prompt.execute(
          connection,
          "ALTER TABLE %s ADD CONSTRAINT segue_c%d %s"
              .formatted(FUTURE, i, checks.get(i).definition()));
    }
    for (Replaced one : replaced) {
      replace(connection, table, one, indexes, checks);
    }
    long oid =
        Sql.one(connection, "select '" + FUTURE + "'::regclass::oid::int8", row -> row.getLong(1));
    Map<String, String> methods =
        TableReader.indexes(connection, oid).stream()
            .collect(Collectors.toMap(Index::name, Index::method));
    Map<String, String> definitions =
        TableReader.constraints(connection, oid).stream()
            .collect(Collectors.toMap(Constraint::name, Constraint::definition));
    Map<Index, String> indexesNow = new LinkedHashMap<>();
    for (int i = 0; i < indexes.size(); i++) {
      indexesNow.put(indexes.get(i), methods.getOrDefault("segue_i" + i, ""));
    }
    Map<Constraint, String> constraintsNow = new LinkedHashMap<>(foreign);
    for (int i = 0; i < checks.size(); i++) {
      constraintsNow.put(checks.get(i), definitions.getOrDefault("segue_c" + i, ""));
    }
    return new Carried(indexesNow, constraintsNow);
  }

  private static void drop(Connection connection, String column) throws SQLException {
    Prompt.execute(connection, "ALTER TABLE %s DROP COLUMN IF EXISTS %s".formatted(FUTURE, column));
  }

  private static void replace(
      Connection connection,
      Table table,
      Replaced one,
      List<Index> indexes,
      List<Constraint> checks)
      throws SQLException {
    try {
      if (!one.sameType()) {
        Prompt.execute(
            connection,
            "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s"
                .formatted(FUTURE, quoted(one.old()), one.now().definition(""), one.up().on("")));
      }
      Prompt.execute(
          connection,
          "ALTER TABLE %s RENAME COLUMN %s TO %s"
              .formatted(FUTURE, quoted(one.old()), one.now().quoted()));
    } catch (SQLException e) {
      throw new SegueException(
          Kind.USER,
          "not-carried-over",
          "What hangs on %s.%s (%s) cannot be carried over to %s: %s"
              .formatted(
                  table.name(),
                  one.old(),
                  String.join(
                      ", ",
                      java.util.stream.Stream.concat(
                              indexes.stream().map(Index::name),
                              checks.stream().map(Constraint::name))
                          .toList()),
                  one.now().type(),
                  e.getMessage()),
          "Drop what cannot be carried over first, or in this change, and make it anew.",
          e);
    }
  }
}
