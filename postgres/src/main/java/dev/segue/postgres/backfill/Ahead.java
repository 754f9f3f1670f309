package dev.segue.postgres.backfill;

import dev.segue.backfill.Pace;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Looks for rows that were left behind, over as many blocks as can be read in the time of a batch.
/// Where there are none, that is nearly the whole of a later pass: a batch, which must hold few
/// rows for the sake of those that it locks, would cost more than what it reads.
final class Ahead {

  private static final Pace.Bounds BOUNDS = new Pace.Bounds(5_000, 500, 10_000_000);

  private final Connection connection;
  private final Work work;
  private Pace pace;

  /// Up to this block there is something to do.
  private long until;

  Ahead(Connection connection, Work work, Duration time) {
    this.connection = connection;
    this.work = work;
    this.pace = Pace.of(BOUNDS, time);
  }

  /// Where there was nothing to do.
  ///
  /// @param to where that ends; empty: with what is to be walked
  /// @param rows about so many
  record Nothing(List<String> to, long rows, Duration took) {}

  /// At the beginning of what is to be walked.
  void begin() {
    until = 0;
  }

  /// Looks on from a position, unless it is known that there is something to do.
  ///
  /// @param time how long that should take
  /// @return empty: there is something to do, or it cannot be told
  Optional<Nothing> nothing(Part part, Checkpoint at, Duration time) throws SQLException {
    Way.Blocks blocks = part.blocks();
    if (blocks.start(at.position()) < until) {
      return Optional.empty();
    }
    pace = pace.towards(time);
    List<String> to = blocks.end(at, pace.size());
    long end = to.isEmpty() ? blocks.last(at) : blocks.start(to);
    long rows = Math.max(0, blocks.rows(end - blocks.start(at.position())));
    String range = blocks.within(at.position(), to.isEmpty() ? at.upto() : to);
    try {
      BatchSession.Last said =
          BatchSession.last(connection, BatchSession.reading(time), any(part, range));
      if (said.rows() == 0) {
        pace = rows == 0 ? pace : pace.after(rows, said.took());
        return Optional.of(new Nothing(to, rows, said.took()));
      }
    } catch (SQLException e) {
      connection.rollback();
      String state = String.valueOf(e.getSQLState());
      if (!BadRows.aboutTheRow(state) && !Copier.TOOK_TOO_LONG.equals(state)) {
        throw e;
      }
      // Whoever does the batches knows what to do about it.
      pace = pace.halved();
    }
    until = to.isEmpty() ? Long.MAX_VALUE : end;
    return Optional.empty();
  }

  private String any(Part part, String range) {
    return "SELECT (SELECT count(*) FROM (SELECT FROM %s WHERE %s AND (%s) LIMIT 1) AS segue_any), %s, 0"
        .formatted(work.rows(part.table()), range, work.todo(), BatchSession.TOOK);
  }
}
