package dev.segue.postgres.schema;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// JDBC, without the ceremony.
final class Sql {

  /// A question that is not answered soon is an error, not a wait. Kept by the driver: a setting of
  /// the session would stay with whoever a pooler gives it to next.
  private static final int WITHIN_SECONDS = 30;

  private Sql() {}

  /// Reads one row.
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  static <T> List<T> list(
      Connection connection, String query, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      List<T> all = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          all.add(row.of(rows));
        }
      }
      return all;
    }
  }

  static <T> Optional<T> first(
      Connection connection, String query, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    return list(connection, query, row, arguments).stream().findFirst();
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  /// The server's refusal as Segue's, with what was being done.
  static SegueException failed(String doing, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("08") || state.startsWith("57P") || state.equals("25P03")) {
      return new SegueException(
          Kind.EXTERNAL,
          "database-connection-lost",
          "The connection to PostgreSQL was lost while " + doing + ": " + e.getMessage(),
          "Nothing is half done: it was one transaction. Run the same command again; it looks first.",
          e);
    }
    return new SegueException(
        Kind.EXTERNAL,
        "database-error",
        "PostgreSQL refused while " + doing + " (SQLSTATE " + state + "): " + e.getMessage(),
        null,
        e);
  }
}
