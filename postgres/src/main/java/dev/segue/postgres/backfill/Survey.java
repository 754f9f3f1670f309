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

/// Reads a table, or a sample of its blocks, a few blocks at a time, or a sample of its rows; each
/// time in a transaction that only reads. Rows on which a look fails are found by halves.
final class Survey {

  private static final int ROWS_AT_ONCE = 1000;

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

  /// A sample is one of blocks that stand together: soon read, and enough for an estimate.
  ///
  /// @return rows looked at
  long over(List<Part> parts, String doing) throws SQLException {
    long all = Math.max(1, Part.rows(parts));
    double share = looking.sample() == 0 ? 1 : Math.min(1, (double) looking.sample() / all);
    return over(parts, doing, share);
  }

  /// A sample is one of single rows, for what is wrong often stands together; only so does their
  /// number say how sure the answer is.
  ///
  /// @return rows looked at
  long rows(List<Part> parts, String doing) throws SQLException {
    // More than half of them take as long as all.
    if (looking.sample() == 0 || looking.sample() > Part.rows(parts) / 2) {
      return over(parts, doing, 1);
    }
    connection.setAutoCommit(false);
    try {
      looking.progress().at("drawing rows", Double.NaN);
      List<RandomRows.Place> drawn =
          new RandomRows(connection, parts, random).draw(looking.sample());
      for (int i = 0; i < parts.size(); i++) {
        int number = i;
        List<String> places =
            drawn.stream()
                .filter(place -> place.part() == number)
                .map(RandomRows.Place::at)
                .toList();
        rows(parts.get(i), places, doing);
      }
      return looked;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private void rows(Part part, List<String> places, String doing) throws SQLException {
    for (int at = 0; at < places.size(); at += ROWS_AT_ONCE) {
      looking.progress().at(doing + " " + part.table(), (double) at / places.size());
      BatchSession.begin(connection, BatchSession.reading(java.time.Duration.ofSeconds(1)));
      at(part, BadRows.at(places.subList(at, Math.min(places.size(), at + ROWS_AT_ONCE))));
      connection.rollback();
    }
  }

  private long over(List<Part> parts, String doing, double share) throws SQLException {
    connection.setAutoCommit(false);
    try {
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
