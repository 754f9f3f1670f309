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
import java.util.stream.Stream;

/// The indexes and constraints of old columns, as they read for the new ones. The server itself
/// rewrites them: on a table without rows the columns change their types and names, and the
/// definitions are read again.
///
/// @param indexes what stands behind USING
/// @param constraints their definitions
/// @param lost what goes with an old column
record Carried(Map<Index, String> indexes, Map<Constraint, String> constraints, List<String> lost) {

  private static final String FUTURE = "pg_temp.segue_future";

  /// @param connection in a transaction that is rolled back
  /// @param leaving all old columns
  static Carried of(
      Connection connection, Table table, List<Replaced> replaced, List<String> leaving)
      throws SQLException {
    // What names a value says something else about the value that `up` makes of it.
    List<String> cast = replaced.stream().filter(Replaced::casts).map(Replaced::old).toList();
    List<String> kept = replaced.stream().map(Replaced::old).toList();
    List<Index> indexes = new ArrayList<>();
    List<Constraint> checks = new ArrayList<>();
    Map<Constraint, String> foreign = new LinkedHashMap<>();
    List<String> lost = new ArrayList<>();
    for (Index index : table.indexes()) {
      List<String> gone = index.columns().stream().filter(leaving::contains).toList();
      boolean can =
          kept.containsAll(gone)
              && cast.containsAll(index.computed().stream().filter(leaving::contains).toList());
      if (!gone.isEmpty()) {
        if (can) {
          indexes.add(index);
        } else {
          lost.add(index.name());
        }
      }
    }
    for (Constraint constraint : table.constraints()) {
      List<String> gone = constraint.columns().stream().filter(leaving::contains).toList();
      if (!gone.isEmpty()) {
        if (!cast.containsAll(gone)) {
          lost.add(constraint.name());
        } else if (constraint.kind().equals("c")) {
          checks.add(constraint);
        } else {
          foreign.put(constraint, rewritten(constraint, replaced));
        }
      }
    }
    return indexes.isEmpty() && checks.isEmpty()
        ? new Carried(Map.of(), foreign, lost)
        : Aside.pinned(
            connection,
            () -> new Future(connection, table).read(replaced, indexes, checks, foreign, lost));
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

  /// The table as it will be.
  private record Future(Connection connection, Table table) {

    Carried read(
        List<Replaced> replaced,
        List<Index> indexes,
        List<Constraint> checks,
        Map<Constraint, String> foreign,
        List<String> lost)
        throws SQLException {
      send("CREATE TEMP TABLE segue_future (LIKE %s)".formatted(table.name()));
      for (Replaced one : replaced) {
        alter("DROP COLUMN IF EXISTS " + one.now().quoted());
      }
      for (int i = 0; i < indexes.size(); i++) {
        Index index = indexes.get(i);
        send(
            "CREATE %sINDEX segue_i%d ON %s USING %s"
                .formatted(index.unique() ? "UNIQUE " : "", i, FUTURE, index.method()));
      }
      for (int i = 0; i < checks.size(); i++) {
        alter("ADD CONSTRAINT segue_c%d %s".formatted(i, checks.get(i).definition()));
      }
      for (Replaced one : replaced) {
        replace(one, indexes, checks);
      }
      return reread(indexes, checks, foreign, lost);
    }

    private Carried reread(
        List<Index> indexes,
        List<Constraint> checks,
        Map<Constraint, String> foreign,
        List<String> lost)
        throws SQLException {
      long oid =
          Sql.one(
              connection, "select '" + FUTURE + "'::regclass::oid::int8", row -> row.getLong(1));
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
      return new Carried(indexesNow, constraintsNow, lost);
    }

    private void replace(Replaced one, List<Index> indexes, List<Constraint> checks)
        throws SQLException {
      try {
        alter(
            "ALTER COLUMN %s TYPE %s USING %s"
                .formatted(quoted(one.old()), one.now().definition(""), one.up().on("")));
        alter("RENAME COLUMN %s TO %s".formatted(quoted(one.old()), one.now().quoted()));
      } catch (SQLException e) {
        Stream<String> all =
            Stream.concat(indexes.stream().map(Index::name), checks.stream().map(Constraint::name));
        throw new SegueException(
            Kind.USER,
            "not-carried-over",
            "Not all of %s, which name %s.%s, can be carried over to %s: %s"
                .formatted(
                    all.collect(Collectors.joining(", ")),
                    table.name(),
                    one.old(),
                    one.now().type(),
                    e.getMessage()),
            "Drop what cannot be carried over first, and make it anew in this change.",
            e);
      }
    }

    private void alter(String what) throws SQLException {
      send("ALTER TABLE " + FUTURE + " " + what);
    }

    private void send(String sql) throws SQLException {
      Prompt.execute(connection, sql);
    }
  }
}
