package dev.segue.postgres.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Cuts a table into ranges for several workers: large ones first, and ever smaller ones, so that a
/// slow one holds nobody up and all end at about the same time.
final class Ranges {

  /// Pieces of about the same size, of which ranges are made.
  private static final int A_WORKER = 16;

  private static final double ENOUGH_ROWS = 20_000;

  private record Piece(Part part, List<String> from, List<String> upto) {}

  private Ranges() {}

  static List<Checkpoint> of(
      Connection connection, List<Part> parts, String run, int pass, int workers)
      throws SQLException {
    List<Piece> pieces = pieces(connection, parts, workers);
    List<Checkpoint> all = new ArrayList<>();
    for (int i = 0; i < pieces.size(); ) {
      Piece first = pieces.get(i);
      int most = i + Math.max(1, (pieces.size() - i) / (2 * workers));
      Piece last = first;
      for (i++; i < most && pieces.get(i).part().equals(first.part()); i++) {
        last = pieces.get(i);
      }
      all.add(Checkpoint.range(run, all.size() + 1, pass, first.part(), first.from(), last.upto()));
    }
    return List.copyOf(all);
  }

  private static List<Piece> pieces(Connection connection, List<Part> parts, int workers)
      throws SQLException {
    List<Piece> pieces = new ArrayList<>();
    long rows = Math.max(1, Part.rows(parts));
    for (Part part : parts) {
      int some = Math.max(1, (int) Math.round((double) A_WORKER * workers * part.rows() / rows));
      List<String> from = List.of();
      for (List<String> bound : bounds(connection, part, some)) {
        pieces.add(new Piece(part, from, bound));
        from = bound;
      }
      pieces.add(new Piece(part, from, List.of()));
    }
    return pieces;
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
