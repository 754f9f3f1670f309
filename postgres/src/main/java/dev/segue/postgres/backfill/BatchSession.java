package dev.segue.postgres.backfill;

import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// What the transactions of batches begin with, so that a pooler has nothing to forget.
final class BatchSession {

  private static final Duration SHORTEST_WORK = Duration.ofSeconds(1);
  private static final Duration LONGEST_WORK = Duration.ofSeconds(30);
  private static final int TIMES_THE_TARGET = 20;

  /// Lost by a crash together with the position; the end of a pass waits for the disk.
  static final String UNAWAITED = "SET LOCAL synchronous_commit = off";

  /// What a statement says at its end: for how many microseconds the server has been at it.
  static final String TOOK =
      "(extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000000)::bigint";

  /// insufficient_privilege
  private static final String NOT_ALLOWED = "42501";

  private BatchSession() {}

  /// Whether users' triggers can be kept from firing. Tried, because more than superusers may.
  ///
  /// @param connection with autocommit on
  static boolean mayBeQuiet(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      Prompt.execute(connection, "SET LOCAL session_replication_role = replica");
      return true;
    } catch (SQLException e) {
      if (NOT_ALLOWED.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /// @param batchTime how long a batch should take
  /// @param patience whether a single row is being done, which takes as long as it takes
  static List<String> writing(Duration batchTime, boolean quiet, boolean patience) {
    String quietly = quiet ? "SET LOCAL session_replication_role = replica" : "SET LOCAL jit = off";
    return List.of(
        // Shorter than anybody's deadlock_timeout: it is never the application that is ended.
        "SET LOCAL lock_timeout = '" + lockTimeout(batchTime).toMillis() + "ms'",
        "SET LOCAL statement_timeout = '" + workTime(batchTime, patience).toMillis() + "ms'",
        "SET LOCAL idle_in_transaction_session_timeout = '5s'",
        UNAWAITED,
        "SET LOCAL enable_seqscan = off",
        // An error, where a policy would hide rows.
        "SET LOCAL row_security = off",
        quietly);
  }

  /// The transaction, and with it every one that was committed before, of whichever session,
  /// outlives a crash, though the database or the role may say otherwise. A server that waits for
  /// its standbys goes on doing so.
  static void durably(Connection connection) throws SQLException {
    Sql.execute(
        connection,
        "SELECT pg_catalog.set_config('synchronous_commit', 'on', true)"
            + " WHERE pg_catalog.current_setting('synchronous_commit') IN ('off', 'local')");
  }

  static List<String> reading(Duration batchTime) {
    return List.of(
        "SET TRANSACTION READ ONLY",
        "SET LOCAL statement_timeout = '" + workTime(batchTime, true).toMillis() + "ms'",
        "SET LOCAL idle_in_transaction_session_timeout = '5s'",
        "SET LOCAL enable_seqscan = off",
        "SET LOCAL row_security = off");
  }

  private static Duration lockTimeout(Duration batchTime) {
    return Duration.ofMillis(Math.clamp(2 * batchTime.toMillis(), 10, 500));
  }

  private static Duration workTime(Duration batchTime, boolean patience) {
    Duration usual = batchTime.multipliedBy(TIMES_THE_TARGET);
    return patience ? LONGEST_WORK : usual.compareTo(SHORTEST_WORK) < 0 ? SHORTEST_WORK : usual;
  }

  /// What the last statement of a batch answers with.
  ///
  /// @param rows of all batches
  /// @param took the statement alone, by the server's clock
  /// @param found rows that were to be done in this pass
  record Last(long rows, Duration took, long found) {}

  /// A statement with which the transaction ends, in the same round trip: locks last no longer than
  /// the server needs.
  static Last last(Connection connection, List<String> first, String sql) throws SQLException {
    return answered(
        connection,
        first,
        sql + ";\nCOMMIT",
        statement -> {
          try (ResultSet row = statement.getResultSet()) {
            row.next();
            return new Last(
                row.getLong(1), Duration.of(row.getLong(2), ChronoUnit.MICROS), row.getLong(3));
          }
        });
  }

  /// Reads what a statement has answered.
  @FunctionalInterface
  private interface Reading<T> {
    T of(Statement statement) throws SQLException;
  }

  /// @param first statements that are sent before, in the same round trip; what they answer is
  ///   passed over
  private static <T> T answered(
      Connection connection, List<String> first, String sql, Reading<T> reading)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(joined(first, sql));
      for (int i = 0; i < first.size(); i++) {
        statement.getMoreResults();
      }
      return reading.of(statement);
    }
  }

  private static String joined(List<String> first, String last) {
    return first.isEmpty() ? last : String.join(";\n", first) + ";\n" + last;
  }

  /// All in one round trip.
  static void begin(Connection connection, List<String> settings) throws SQLException {
    Sql.execute(connection, String.join("; ", settings));
  }

  /// The one array of texts that a query has for an answer; empty where it has none.
  ///
  /// @param first statements that are sent before, in the same round trip
  static List<String> texts(Connection connection, List<String> first, String query)
      throws SQLException {
    return answered(
        connection,
        first,
        query,
        statement -> {
          try (ResultSet row = statement.getResultSet()) {
            return row.next() ? List.of((String[]) row.getArray(1).getArray()) : List.of();
          }
        });
  }

  /// Does what is to be done in a range.
  ///
  /// @return how many rows were done
  static long done(Connection connection, Work work, String part, String range, boolean first)
      throws SQLException {
    return update(connection, work.locks(part, range), work.all(part, range, first));
  }

  /// @param first statements that are sent before, in the same round trip
  /// @return rows touched, as the statement's answer or its count says
  static long update(Connection connection, List<String> first, String sql) throws SQLException {
    return answered(
        connection,
        first,
        sql,
        statement -> {
          try (ResultSet row = statement.getResultSet()) {
            if (row == null) {
              return statement.getLargeUpdateCount();
            }
            return row.next() ? row.getLong(1) : 0L;
          }
        });
  }
}
