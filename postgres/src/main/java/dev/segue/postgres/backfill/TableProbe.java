package dev.segue.postgres.backfill;

import dev.segue.backfill.Probe;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// Reads a row of the table, as a user would, on a connection of its own.
final class TableProbe implements Probe {

  private static final int WITHIN_SECONDS = 10;

  private final Site site;
  private final String table;
  private @Nullable Connection connection;

  TableProbe(Site site, String table) {
    this.site = site;
    this.table = table;
  }

  @Override
  public void read() throws SQLException {
    Connection open = connection;
    if (open == null || open.isClosed()) {
      open = site.open("timing reads");
      connection = open;
    }
    try (Statement statement = open.createStatement()) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      statement.execute("SELECT * FROM " + table + " LIMIT 1");
    }
  }

  @Override
  public void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // Closed is closed.
    }
  }
}
