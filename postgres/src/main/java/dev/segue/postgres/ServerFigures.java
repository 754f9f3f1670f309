package dev.segue.postgres;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.conductor.Database;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/// The database as its server sees it: `postgres.connections`, `postgres.max_connections`,
/// `postgres.longest_transaction`, `postgres.waiting` (sessions that wait for a lock).
record ServerFigures(DatabaseUrl url) implements Source {

  private static final int WITHIN_SECONDS = 5;

  private static final String FIGURES =
      """
      select count(*) as connections, current_setting('max_connections')::int as max_connections,
        coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0) as longest,
        count(*) filter (where wait_event_type = 'Lock') as waiting
      from pg_catalog.pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid()
      """;

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public Reading read() {
    try (Connection connection = Database.open(url, "watching");
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      try (ResultSet row = statement.executeQuery(FIGURES)) {
        row.next();
        return new Reading.Figures(
            Map.of(
                "connections", row.getLong("connections"),
                "max_connections", row.getLong("max_connections"),
                "longest_transaction", Duration.ofMillis((long) (row.getDouble("longest") * 1000)),
                "waiting", row.getLong("waiting")));
      }
    } catch (SQLException | SegueException e) {
      return new Reading.Unavailable(String.valueOf(e.getMessage()));
    }
  }
}
