package dev.segue.postgres.backfill;

import dev.segue.backfill.Probe;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Reads a row of the table, as a user would, on a connection of its own.
final class TableProbe implements Probe {

  private static final int WITHIN_SECONDS = 10;

  private final Site site;
  private final List<Part> parts;
  private @Nullable Connection connection;

  TableProbe(Site site, List<Part> parts) {
    this.site = site;
    this.parts = parts;
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
      statement.execute(anywhere());
    }
  }

  /// By its place, which takes as long as it takes, however many versions of rows there are.
  private String anywhere() {
    if (parts.isEmpty()) {
      return "SELECT 1";
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Part part = parts.get(random.nextInt(parts.size()));
    long block = random.nextLong(Math.max(1, part.blocks().blocks()));
    return "SELECT * FROM ONLY %s WHERE ctid = '(%d,1)'".formatted(part.table(), block);
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
