package dev.segue.postgres.operation;

import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what the server prints of definitions, with every name in its schema, whatever the search
/// path is.
final class Definitions {

  private Definitions() {}

  static <T> List<T> read(
      Connection connection, String query, Sql.Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    String path =
        Prompt.list(connection, "select current_setting('search_path')", r -> r.getString(1))
            .getFirst();
    set(connection, "");
    List<T> found = Prompt.list(connection, query, row, arguments);
    set(connection, path);
    return found;
  }

  private static void set(Connection connection, String path) throws SQLException {
    Prompt.list(
        connection,
        "select pg_catalog.set_config('search_path', ?, false)",
        row -> row.getString(1),
        path);
  }
}
