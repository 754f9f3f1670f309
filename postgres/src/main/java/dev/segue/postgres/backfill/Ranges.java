package dev.segue.postgres.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Cuts a table into ranges of about the same size: several for each worker, so that a slow one
/// holds nobody up.
final class Ranges {

  private static final int A_WORKER = 8;
  private static final double ENOUGH_ROWS = 20_000;

  private Ranges() {}

  static List<Checkpoint> of(Connection connection, List<Part> parts, String run, int workers)
      throws SQLException {
    List<Checkpoint> all = new ArrayList<>();
    long rows = Math.max(1, Part.rows(parts));
    for (Part part : parts) {
      int ranges = Math.max(1, (int) Math.round((double) A_WORKER * workers * part.rows() / rows));
      List<String> from = List.of();
      for (List<String> bound : bounds(connection, part, ranges)) {
        all.add(Checkpoint.range(run, all.size() + 1, part, from, bound));
        from = bound;
      }
      all.add(Checkpoint.range(run, all.size() + 1, part, from, List.of()));
    }
    return List.copyOf(all);
  }

  private static List<List<String>> bounds(Connection connection, Part part, int ranges)
      throws SQLException {
    if (ranges == 1) {
      return List.of();
    }
    return switch (part.way()) {
      case Way.Keyset keyset -> {
        double percent = Math.clamp(100 * ENOUGH_ROWS / Math.max(1, part.rows()), 0.01, 100);
        yield keyset.quantiles(connection, part.table(), ranges, percent);
      }
      case Way.Blocks blocks -> {
        List<List<String>> bounds = new ArrayList<>();
        for (int i = 1; i < ranges; i++) {
          long block = blocks.blocks() * i / ranges;
          if (block > 0 && (bounds.isEmpty() || !bounds.getLast().getFirst().equals("" + block))) {
            bounds.add(List.of(Long.toString(block)));
          }
        }
        yield bounds;
      }
    };
  }
}
