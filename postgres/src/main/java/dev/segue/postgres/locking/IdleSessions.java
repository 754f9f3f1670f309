package dev.segue.postgres.locking;

import dev.segue.postgres.locking.Blockers.Session;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Sessions that sit in a transaction, hold its locks and do nothing: ended where the change allows
/// it, and only those.
final class IdleSessions {

  /// Looked at and ended by one statement: a session that has gone on working since is let be. The
  /// conditions come first: in one WHERE the server is free to end a session before it looks.
  private static final String END =
      """
      with idle as materialized (
        select a.pid from pg_catalog.pg_stat_activity a
        where a.pid = any (?::int[]) and a.backend_type = 'client backend'
          and a.state in ('idle in transaction', 'idle in transaction (aborted)')
          and a.state_change < clock_timestamp() - ?::float8 * interval '1 ms'
          and a.application_name not like 'segue: %')
      select pid from idle where pg_catalog.pg_terminate_backend(pid)
      """;

  private IdleSessions() {}

  /// Ends those of the sessions that have been idle in their transaction for longer.
  ///
  /// @return those that were ended
  static List<Session> end(Connection connection, List<Session> inTheWay, Duration longerThan)
      throws SQLException {
    Integer[] pids = inTheWay.stream().map(Session::pid).toArray(Integer[]::new);
    List<Integer> ended =
        Prompt.list(connection, END, row -> row.getInt(1), pids, (double) longerThan.toMillis());
    return inTheWay.stream().filter(session -> ended.contains(session.pid())).toList();
  }
}
