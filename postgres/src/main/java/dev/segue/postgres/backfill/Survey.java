package dev.segue.postgres.backfill;

import dev.segue.backfill.Store.Looking;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Reads a table, or a sample of its blocks, a few blocks at a time, each in a transaction that
/// only reads. Rows on which a look fails are found by halves.
final class Survey {

  private static final double ROWS_AT_ONCE = 1000;

  private final Connection connection;
  private final Looking looking;
  private final Look look;
  private final Random random = new Random();
  private long looked;

  /// What is asked of rows.
  interface Look {
    /// @return how many rows there were
    long at(Part part, String range) throws SQLException;

    /// One row on which it failed.
    void failed(Part part, String range, SQLException why) throws SQLException;
  }

  Survey(Connection connection, Looking looking, Look look) {
    this.connection = connection;
    this.looking = looking;
    this.look = look;
  }

  /// @return rows looked at
  long over(List<Part> parts, String doing) throws SQLException {
    connection.setAutoCommit(false);
    try {
      long all = Math.max(1, Part.rows(parts));
      double share = looking.sample() == 0 ? 1 : Math.min(1, (double) looking.sample() / all);
      for (Part part : parts) {
        List<Long> starts = starts(part, share);
        for (int i = 0; i < starts.size(); i++) {
          looking.progress().at(doing + " " + part.table(), (double) i / starts.size());
          BatchSession.begin(connection, BatchSession.reading(java.time.Duration.ofSeconds(1)));
          boolean last = starts.get(i) + step(part) >= part.blocks().blocks();
          List<String> to = last ? List.of() : List.of(Long.toString(starts.get(i) + step(part)));
          at(part, part.blocks().within(List.of(Long.toString(starts.get(i))), to));
          connection.rollback();
        }
      }
      return looked;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static long step(Part part) {
    return Math.max(1, Math.round(ROWS_AT_ONCE / part.blocks().rowsPerBlock()));
  }

  private List<Long> starts(Part part, double share) {
    List<Long> all = new ArrayList<>();
    for (long block = 0; block < part.blocks().blocks(); block += step(part)) {
      all.add(block);
    }
    int some = (int) Math.ceil(all.size() * share);
    if (some < all.size()) {
      Collections.shuffle(all, random);
      all = new ArrayList<>(all.subList(0, some));
      Collections.sort(all);
    }
    return all;
  }

  private void at(Part part, String range) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      looked += look.at(part, range);
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      if (!BadRows.aboutTheRow(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      connection.rollback(before);
      connection.releaseSavepoint(before);
      List<String> rows =
          Sql.list(
              connection,
              "SELECT ctid::text FROM ONLY " + part.table() + " WHERE " + range,
              row -> row.getString(1));
      if (rows.size() <= 1) {
        looked += rows.size();
        look.failed(part, range, e);
      } else {
        int half = rows.size() / 2;
        at(part, BadRows.at(rows.subList(0, half)));
        at(part, BadRows.at(rows.subList(half, rows.size())));
      }
    }
  }
}
