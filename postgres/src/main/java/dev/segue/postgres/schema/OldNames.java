package dev.segue.postgres.schema;

import dev.segue.conductor.Facts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Who still says the old names, as far as the server can tell: pg_stat_statements counts calls but
/// not when they came, so counts are kept from the switch and compared later; pg_stat_activity
/// knows each session's last statement. Best effort: what neither saw is not known.
final class OldNames {

  private static final int SHOWN = 160;

  private static final String EXTENSION =
      """
      select pg_catalog.quote_ident(n.nspname),
        pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage')
      from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements'
      """;

  private static final String SESSIONS =
      """
      select pid, usename, application_name, state,
        regexp_replace(query, '\\s+', ' ', 'g') as query
      from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and application_name not like 'segue: %' and query_start >= ?::timestamptz
        and query ~* ? and query ~* ?
      """;

  /// Calls so far of one statement that says an old name.
  private record Calls(String id, long calls, String text) {}

  /// @param by who uses them, a line each; empty when nobody was seen
  /// @param words what that rests on
  record Use(List<String> by, String words) {}

  private OldNames() {}

  /// Counts as they are now, to be kept until [#since].
  static Facts count(Connection connection, List<TableRename> renames) throws SQLException {
    Facts facts =
        Facts.of(
            "at", Sql.first(connection, "select now()::text", r -> r.getString(1)).orElseThrow());
    Optional<String> extension = extension(connection);
    if (extension.isEmpty()) {
      return facts.with("statistics", "none");
    }
    Map<String, Object> calls = new LinkedHashMap<>();
    for (TableRename rename : renames) {
      calls(connection, extension.get(), rename).forEach(c -> calls.put(c.id(), c.calls()));
    }
    return facts.with("statistics", "pg_stat_statements").with("calls", calls);
  }

  /// @param counted what [#count] found, or nothing
  static Use since(Connection connection, TableRename rename, Facts counted) throws SQLException {
    Optional<String> at = counted.text("at");
    if (at.isEmpty()) {
      return new Use(List.of(), "not known: nothing was counted at the switch");
    }
    List<String> by = new ArrayList<>(sessions(connection, rename, at.get()));
    Optional<String> extension = extension(connection);
    if (extension.isEmpty() || !(counted.values().get("calls") instanceof Map<?, ?> before)) {
      return new Use(by, "pg_stat_activity alone: pg_stat_statements cannot be read");
    }
    List<Calls> now = calls(connection, extension.get(), rename);
    for (Calls statement : now) {
      long had = before.get(statement.id()) instanceof Number n ? n.longValue() : 0;
      // Fewer than before: the counters were reset, so all of these came later.
      long more = statement.calls() < had ? statement.calls() : statement.calls() - had;
      if (more > 0) {
        by.add(more + " calls: " + cut(statement.text()));
      }
    }
    return new Use(
        by,
        "pg_stat_statements and pg_stat_activity since %s; statements with old names: %d"
            .formatted(at.get(), now.size()));
  }

  /// Where pg_stat_statements is, when all of it can be read.
  private static Optional<String> extension(Connection connection) throws SQLException {
    record Found(String schema, boolean all) {}
    Optional<Found> found =
        Sql.first(connection, EXTENSION, row -> new Found(row.getString(1), row.getBoolean(2)));
    if (found.isEmpty() || !found.get().all()) {
      return Optional.empty();
    }
    String schema = found.get().schema();
    try {
      Sql.execute(connection, "select 1 from " + schema + ".pg_stat_statements limit 1");
      return Optional.of(schema);
    } catch (SQLException e) {
      if ("55000".equals(e.getSQLState())) {
        return Optional.empty(); // created, but the server was not started with it
      }
      throw e;
    }
  }

  private static List<Calls> calls(Connection connection, String schema, TableRename rename)
      throws SQLException {
    return Sql.list(
        connection,
        // Definitions and copies name columns too, and are not the application's.
        """
        select s.queryid::text, sum(s.calls)::int8, min(regexp_replace(s.query, '\\s+', ' ', 'g'))
        from %s.pg_stat_statements s
        where s.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
          and s.query ~* ? and s.query ~* ?
          and s.query !~* '^\\s*(alter|analyze|comment|copy|create|deallocate|drop|explain|grant|lock|revoke|vacuum)\\M'
        group by s.queryid order by 2 desc
        """
            .formatted(schema),
        row -> new Calls(row.getString(1), row.getLong(2), row.getString(3)),
        word(List.of(rename.name().table())),
        word(rename.oldNames()));
  }

  private static List<String> sessions(Connection connection, TableRename rename, String since)
      throws SQLException {
    return Sql.list(
        connection,
        SESSIONS,
        row ->
            "pid %d, user %s, application '%s', %s: %s"
                .formatted(
                    row.getInt("pid"),
                    row.getString("usename"),
                    row.getString("application_name"),
                    row.getString("state"),
                    cut(row.getString("query"))),
        since,
        word(List.of(rename.name().table())),
        word(rename.oldNames()));
  }

  /// A pattern that finds any of the names as a whole word.
  static String word(List<String> names) {
    return names.stream()
        .map(name -> name.replaceAll("([\\\\.*+?^$|(){}\\[\\]])", "\\\\$1"))
        .collect(Collectors.joining("|", "(^|\\W)(", ")(\\W|$)"));
  }

  private static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " …";
  }
}
