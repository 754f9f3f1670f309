package dev.segue.conductor.journal;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection to the journal's database, opened when needed and again when it is lost.
///
/// Thread-safe: one transaction after another.
final class Session implements AutoCloseable {

  /// What is done in one transaction. It may be done again when the answer to the commit was lost,
  /// so it must come to the same then.
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  static final String UNREACHABLE = "journal-unreachable";

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /// Said in every transaction, not once in the session, so that it holds behind a pooler as well.
  /// A server that waits for its standbys goes on doing so.
  private static final String DURABLE =
      """
      set transaction isolation level read committed, read write;
      select set_config('synchronous_commit', 'on', true)
       where current_setting('synchronous_commit') in ('off', 'local')\
      """;

  /// Lost connections (beside class 08), a server on its way down or up, one that is full, and
  /// transactions the server asks to repeat.
  private static final Set<String> PASSING =
      Set.of("57P01", "57P02", "57P03", "53300", "40001", "40P01");

  private final DatabaseUrl url;
  private final String purpose;
  private final Duration answer;
  private final Duration patience;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable Connection connection;
  private volatile boolean closed;

  /// @param answer how long the server may take over one statement before it counts as lost
  /// @param patience how long to try again
  Session(DatabaseUrl url, String purpose, Duration answer, Duration patience) {
    this.url = url;
    this.purpose = purpose;
    this.answer = answer;
    this.patience = patience;
  }

  <T> T read(Work<T> work) {
    return patiently(patience, work);
  }

  /// Durable when it returns.
  <T> T write(Work<T> work) {
    return write(patience, work);
  }

  /// As [#write], with a patience of its own.
  <T> T write(Duration patience, Work<T> work) {
    return patiently(patience, durably(work));
  }

  /// As [#write], but tried once.
  <T> T writeOnce(Work<T> work) throws SQLException {
    return once(durably(work));
  }

  /// No other thread uses this session now.
  boolean idle() {
    return !turn.isLocked();
  }

  @Override
  public void close() {
    closed = true;
    turn.lock();
    try {
      forget(null);
    } finally {
      turn.unlock();
    }
  }

  private static <T> Work<T> durably(Work<T> work) {
    return c -> {
      try (Statement statement = c.createStatement()) {
        statement.execute(DURABLE);
      }
      return work.in(c);
    };
  }

  private <T> T patiently(Duration patience, Work<T> work) {
    long start = System.nanoTime();
    Duration pause = SHORTEST_PAUSE;
    while (true) {
      Exception lost;
      try {
        return once(work);
      } catch (SQLException e) {
        if (!passing(e)) {
          throw explain(e);
        }
        lost = e;
      } catch (SegueException e) {
        if (patience.isZero() || !e.code().equals("database-unreachable")) {
          throw e;
        }
        lost = e;
      }
      if (closed || System.nanoTime() - start > patience.toNanos()) {
        throw unreachable(patience, lost);
      }
      sleep(pause);
      pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The journal at " + url + " is closed");
      }
      try {
        Connection c = open();
        T result = work.in(c);
        c.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        undo(e);
        throw e;
      }
    } finally {
      turn.unlock();
    }
  }

  private Connection open() throws SQLException {
    Connection c = connection;
    if (c == null) {
      c = Database.open(url, purpose, Math.clamp(answer.toSeconds(), 1, 10));
      connection = c;
      c.setNetworkTimeout(Runnable::run, Math.toIntExact(answer.toMillis()));
      c.setAutoCommit(false);
    }
    return c;
  }

  private void undo(Exception cause) {
    Connection c = connection;
    try {
      if (c != null) {
        c.rollback();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
      forget(cause);
    }
  }

  private void forget(@Nullable Exception cause) {
    Connection c = connection;
    connection = null;
    try {
      if (c != null) {
        c.close();
      }
    } catch (SQLException e) {
      // A connection that cannot even be closed is gone, which is what was wanted.
      if (cause != null) {
        cause.addSuppressed(e);
      }
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the journal's database");
    }
  }

  private static boolean passing(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || PASSING.contains(state);
  }

  private SegueException unreachable(Duration patience, Exception cause) {
    return new SegueException(
        Kind.EXTERNAL,
        UNREACHABLE,
        "The journal at "
            + url
            + " has been out of reach"
            + (patience.toSeconds() > 0 ? " for " + patience.toSeconds() + " s: " : ": ")
            + cause.getMessage(),
        "When the database answers again, run the same command: it goes on from the last record.",
        cause);
  }

  private SegueException explain(SQLException e) {
    return switch (String.valueOf(e.getSQLState())) {
      case "42501" ->
          new SegueException(
              Kind.USER,
              "journal-not-allowed",
              "The user of " + url + " may not use the journal in schema segue: " + e.getMessage(),
              "Let the owner of the schema grant usage on it and select, insert and update on its"
                  + " tables to this user, or keep the journal elsewhere with --journal file:DIR.",
              e);
      case "53100" ->
          new SegueException(
              Kind.RESOURCES,
              "journal-full",
              "The disk of the server at " + url + " is full, so the journal cannot be written",
              "Make room, then run the same command: it goes on from the last record.",
              e);
      default ->
          new SegueException(
              Kind.EXTERNAL,
              "journal-refused",
              "The journal at "
                  + url
                  + " cannot be used (SQLSTATE "
                  + e.getSQLState()
                  + "): "
                  + e.getMessage(),
              null,
              e);
    };
  }
}
