package dev.segue.postgres.facade;

import dev.segue.conductor.Facts;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who still says the old names, as far as the server can tell: pg_stat_statements counts calls but
/// not when they came, so counts are kept from the switch and compared later; pg_stat_activity
/// knows each session's last statement. Best effort: what neither saw is not known.
final class OldNames {

  private static final int SHOWN = 160;

  private static final String SESSIONS =
      """
      select pid, usename, application_name, state,
        regexp_replace(query, '\\s+', ' ', 'g') as query
      from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and application_name not like 'segue: %' and query_start >= ?::timestamptz
        and query ~* ? and query ~* ?
      """;

  /// @param by who uses them, a line each; empty when nobody was seen
  /// @param words what that rests on
  record Use(List<String> by, String words) {}

  private OldNames() {}

  /// Counts as they are now, to be kept until [#since].
  static Facts count(Connection connection, List<TableRename> renames) throws SQLException {
    Facts facts =
        Facts.of(
            "at",
            Prompt.first(connection, "select now()::text", r -> r.getString(1)).orElseThrow());
    Map<String, Object> calls = new LinkedHashMap<>();
    for (TableRename rename : renames) {
      Optional<List<Called>> found = calls(connection, rename);
      if (found.isEmpty()) {
        return facts;
      }
      found.get().forEach(called -> calls.put(called.id(), called.calls()));
    }
    return facts.with("calls", calls);
  }

  /// @param counted what [#count] found, or nothing
  static Use since(Connection connection, TableRename rename, Facts counted) throws SQLException {
    Optional<String> at = counted.text("at");
    if (at.isEmpty()) {
      return new Use(List.of(), "not known: nothing was counted at the switch");
    }
    List<String> by = new ArrayList<>(sessions(connection, rename, at.get()));
    Optional<List<Called>> now = calls(connection, rename);
    if (now.isEmpty() || !(counted.values().get("calls") instanceof Map<?, ?> before)) {
      return new Use(by, "pg_stat_activity alone: pg_stat_statements cannot be read");
    }
    for (Called statement : now.get()) {
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
            .formatted(at.get(), now.get().size()));
  }

  private static Optional<List<Called>> calls(Connection connection, TableRename rename)
      throws SQLException {
    return Called.matching(
        connection, Called.word(List.of(rename.name().table())), Called.word(rename.oldNames()));
  }

  private static List<String> sessions(Connection connection, TableRename rename, String since)
      throws SQLException {
    return Prompt.list(
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
        Called.word(List.of(rename.name().table())),
        Called.word(rename.oldNames()));
  }

  static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " …";
  }
}
