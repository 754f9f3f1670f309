package dev.segue.acceptance;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;

/// The journal in the database, seen by the tests' own eyes.
public record Journal(Database database) {

  /// Every record of every run, oldest first: `kind`, or `kind step`.
  List<String> records() throws SQLException {
    return database.column(
        "select concat_ws(' ', kind, body->>'step') from segue.journal order by at, run, seq");
  }

  /// How many records of this kind about a step there are, in all runs.
  public int count(String kind, String step) throws SQLException {
    return database
        .column(
            "select 1 from segue.journal where kind = '%s' and body->>'step' = '%s'"
                .formatted(kind, step))
        .size();
  }

  /// Waits for a record of this kind about a step, in the newest run.
  void awaitRecord(String kind, String step) throws SQLException {
    try (Connection connection = database.connect()) {
      patiently(kind + " " + step).until(() -> has(connection, kind, step));
    }
  }

  private static boolean has(Connection connection, String kind, String step) throws SQLException {
    try (Statement there = connection.createStatement();
        ResultSet row = there.executeQuery("select to_regclass('segue.journal') is not null")) {
      if (!row.next() || !row.getBoolean(1)) {
        return false;
      }
    }
    try (PreparedStatement asked =
        connection.prepareStatement(
            """
            select from segue.journal
             where kind = ? and body->>'step' = ?
               and run = (select run from segue.journal order by at desc limit 1)\
            """)) {
      asked.setString(1, kind);
      asked.setString(2, step);
      try (ResultSet rows = asked.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static ConditionFactory patiently(String what) {
    return await(what)
        .atMost(Duration.ofMinutes(2))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  /// From now on a conductor stops right before it writes this record: what the record tells has
  /// happened, and nobody has noted it.
  public Hold holdBefore(String kind, String step) throws SQLException {
    return hold("new.kind = '%s' and new.body->>'step' = '%s'".formatted(kind, step));
  }

  /// As for a record about a step, for one that is about none.
  Hold holdBefore(String kind) throws SQLException {
    return hold("new.kind = '%s'".formatted(kind));
  }

  private Hold hold(String when) throws SQLException {
    Connection holder = database.connect();
    try (Statement s = holder.createStatement()) {
      s.execute("select pg_advisory_lock(%d)".formatted(Hold.LOCK));
      s.execute(
          """
          create function segue.hold() returns trigger language plpgsql as
          'begin perform pg_advisory_xact_lock(%d); return new; end'\
          """
              .formatted(Hold.LOCK));
      s.execute(
          """
          create trigger hold before insert on segue.journal for each row
          when (%s) execute function segue.hold()\
          """
              .formatted(when));
    }
    return new Hold(holder);
  }

  /// A conductor held up. Closing it drops the sessions that wait, as the server does with those of
  /// a client that is dead.
  public record Hold(Connection holder) implements AutoCloseable {

    static final int LOCK = 727_272;

    private static final String WAITING =
        """
        from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'\
        """;

    void awaitReached() throws SQLException {
      patiently("held").until(this::reached);
    }

    public boolean reached() throws SQLException {
      try (Statement s = holder.createStatement();
          ResultSet waiting = s.executeQuery("select " + WAITING)) {
        return waiting.next();
      }
    }

    @Override
    public void close() throws SQLException {
      try (Statement s = holder.createStatement()) {
        s.execute("select pg_terminate_backend(pid, 5000) " + WAITING);
        s.execute("drop function segue.hold() cascade");
      } finally {
        holder.close();
      }
    }
  }
}
