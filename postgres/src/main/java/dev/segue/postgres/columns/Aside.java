package dev.segue.postgres.columns;

import dev.segue.postgres.definition.PinnedSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/// Asks the server by trying: what is made is gone afterwards.
final class Aside {

  private Aside() {}

  @FunctionalInterface
  interface Work<T> {
    T done() throws SQLException;
  }

  /// In a transaction, or a part of the open one, that is rolled back in any case.
  static <T> T rolledBack(Connection connection, Work<T> work) throws SQLException {
    if (connection.getAutoCommit()) {
      connection.setAutoCommit(false);
      try {
        return work.done();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    Savepoint before = connection.setSavepoint();
    try {
      return work.done();
    } finally {
      connection.rollback(before);
      connection.releaseSavepoint(before);
    }
  }

  /// The same; definitions name everything with its schema.
  static <T> T pinned(Connection connection, Work<T> work) throws SQLException {
    return rolledBack(
        connection,
        () -> {
          PinnedSession.pin(connection);
          return work.done();
        });
  }
}
