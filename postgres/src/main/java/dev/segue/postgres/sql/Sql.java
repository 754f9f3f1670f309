package dev.segue.postgres.sql;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JDBC, without the ceremony.
public final class Sql {

  private Sql() {}

  /// Reads one row.
  @FunctionalInterface
  public interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  public static <T> List<T> list(
      Connection connection, String query, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
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

  /// The one row of a query that always has one.
  public static <T> T one(
      Connection connection, String query, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    List<T> rows = list(connection, query, row, arguments);
    if (rows.size() != 1) {
      throw new SQLException(rows.size() + " rows where one was expected: " + query);
    }
    return rows.getFirst();
  }

  /// Sends the text as it is: no `?`, no `{` means anything in it.
  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  /// The texts of an SQL array; a null array has none.
  public static List<String> texts(ResultSet row, String column) throws SQLException {
    java.sql.Array array = row.getArray(column);
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }

  /// A name, quoted.
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  public static String literal(String text) {
    String doubled = text.replace("'", "''");
    return doubled.contains("\\")
        ? "E'" + doubled.replace("\\", "\\\\") + "'"
        : "'" + doubled + "'";
  }

  /// The server's refusal as Segue's, with what was being done.
  ///
  /// @return EXTERNAL `database-connection-lost`, `rows-violate` or `database-error`
  public static SegueException failed(String doing, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("08") || state.startsWith("57P") || state.equals("25P03")) {
      return new SegueException(
          Kind.EXTERNAL,
          "database-connection-lost",
          "The connection to PostgreSQL was lost while " + doing + ": " + e.getMessage(),
          "When the server answers again, run the same command: it looks first.",
          e);
    }
    if (state.startsWith("23")) {
      return new SegueException(
          Kind.EXTERNAL,
          "rows-violate",
          "Rows stand in the way of " + doing + ": " + e.getMessage(),
          "Mend the rows that it names, then run the same command again.",
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
