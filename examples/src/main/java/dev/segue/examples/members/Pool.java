package dev.segue.examples.members;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A few connections, opened when first needed and used in turn. Thread-safe.
final class Pool {

  /// What PostgreSQL says when it has no more connections to give.
  private static final String NO_MORE = "53300";

  private static final int SIZE = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final String jdbcUrl;
  private final Properties properties = new Properties();
  private final Semaphore free = new Semaphore(SIZE, true);
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger open = new AtomicInteger();

  /// What is done with a connection.
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /// @param url `postgres://user:password@host:port/database?parameter=value`
  Pool(URI url, String applicationName) {
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    int port = url.getPort() < 0 ? 5432 : url.getPort();
    jdbcUrl = "jdbc:postgresql://" + url.getHost() + ":" + port + url.getRawPath() + query;
    if (url.getUserInfo() != null) {
      String[] user = url.getUserInfo().split(":", 2);
      properties.setProperty("user", user[0]);
      properties.setProperty("password", user.length > 1 ? user[1] : "");
    }
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("connectTimeout", Long.toString(PATIENCE.toSeconds()));
    // A server that is gone without a word must not hold its connections for ever.
    properties.setProperty("socketTimeout", Long.toString(SILENCE.toSeconds()));
  }

  /// @throws SQLException also when no connection is free in time
  <T> T use(Work<T> work) throws SQLException {
    acquire();
    try {
      Connection connection = idle.pollFirst();
      if (connection == null) {
        connection = DriverManager.getConnection(jdbcUrl, properties);
        open.incrementAndGet();
      }
      boolean sound = false;
      try {
        T result = work.with(connection);
        sound = true;
        return result;
      } catch (SQLException e) {
        sound = !lost(e);
        throw e;
      } finally {
        if (sound) {
          idle.addFirst(connection);
        } else {
          discard(connection);
        }
      }
    } finally {
      free.release();
    }
  }

  int openConnections() {
    return open.get();
  }

  private void acquire() throws SQLException {
    try {
      if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SQLException(
            "No connection was free for " + PATIENCE.toSeconds() + " s", NO_MORE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("Interrupted while waiting for a connection", e);
    }
  }

  /// Where one connection is gone, those that lie idle most likely are, too.
  private void discard(Connection connection) throws SQLException {
    Connection next = connection;
    while (next != null) {
      open.decrementAndGet();
      next.close();
      next = idle.pollFirst();
    }
  }

  /// Connection exceptions, the server going down or coming up, and no connection left. Whether a
  /// write was done then is not known.
  static boolean lost(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P") || state.equals(NO_MORE);
  }
}
