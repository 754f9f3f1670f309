package dev.segue.postgres.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Questions and orders that are an error, not a wait, when they are not answered soon.
public final class Prompt {

  /// Kept by the driver: a setting of the session would stay with whoever a pooler gives it to
  /// next.
  private static final int WITHIN_SECONDS = 30;

  private Prompt() {}

  public static <T> List<T> list(
      Connection connection, String query, Sql.Row<T> row, @Nullable Object... arguments)
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

  public static <T> Optional<T> first(
      Connection connection, String query, Sql.Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    return list(connection, query, row, arguments).stream().findFirst();
  }

  /// The answer to a yes-or-no question; no where there is no row.
  public static boolean asks(Connection connection, String query, @Nullable Object... arguments)
      throws SQLException {
    return first(connection, query, row -> row.getBoolean(1), arguments).orElse(false);
  }

  /// The first column, of a query sent as it is: no `?`, no `{` means anything in it.
  public static List<String> texts(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      statement.setEscapeProcessing(false);
      List<String> all = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(query)) {
        while (rows.next()) {
          all.add(String.valueOf(rows.getString(1)));
        }
      }
      return all;
    }
  }

  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }
}
