package dev.segue.postgres.backfill;

import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Draws rows of a table at random: each is as likely as any other, whichever else were drawn.
///
/// A block is drawn, and then one of its places, of which every block has as many as the fullest
/// has rows: in a block with fewer some are empty, and then nothing is drawn. How many rows the
/// fullest has is learned on the way; what was drawn before is thinned out as if it had been known.
final class RandomRows {

  private static final int BLOCKS_AT_ONCE = 100;

  /// In a table that is nearly empty there may be fewer rows than anybody thought.
  private static final long DRAWS_A_ROW = 64;

  private final Connection connection;
  private final List<Part> parts;
  private final Random random;
  private final Set<Place> drawn = new LinkedHashSet<>();
  private int fullest = 1;

  /// @param part its number
  /// @param at where the row is
  record Place(int part, String at) {}

  /// @param part its number
  private record Block(int part, long number) {}

  /// @param connection with autocommit off
  RandomRows(Connection connection, List<Part> parts, Random random) {
    this.connection = connection;
    this.parts = parts;
    this.random = random;
  }

  /// So many, or fewer where there are no more to be found.
  List<Place> draw(long rows) throws SQLException {
    long blocks = parts.stream().mapToLong(part -> part.blocks().blocks()).sum();
    long most = blocks == 0 ? 0 : rows * DRAWS_A_ROW;
    for (long draws = 0; drawn.size() < rows && draws < most; draws += BLOCKS_AT_ONCE) {
      List<Block> some = new ArrayList<>();
      for (int i = 0; i < BLOCKS_AT_ONCE; i++) {
        some.add(block(random.nextLong(blocks)));
      }
      round(some, rows);
    }
    return List.copyOf(drawn);
  }

  private Block block(long ofAll) {
    long number = ofAll;
    int part = 0;
    while (number >= parts.get(part).blocks().blocks()) {
      number -= parts.get(part).blocks().blocks();
      part++;
    }
    return new Block(part, number);
  }

  private void round(List<Block> some, long rows) throws SQLException {
    Map<Block, List<String>> held = held(some);
    held.values().forEach(each -> learn(each.size()));
    for (Block block : some) {
      List<String> there = held.getOrDefault(block, List.of());
      int place = random.nextInt(fullest);
      if (place < there.size() && drawn.size() < rows) {
        drawn.add(new Place(block.part(), there.get(place)));
      }
    }
  }

  private void learn(int rows) {
    if (rows > fullest) {
      double kept = (double) fullest / rows;
      drawn.removeIf(place -> random.nextDouble() >= kept);
      fullest = rows;
    }
  }

  private Map<Block, List<String>> held(List<Block> some) throws SQLException {
    BatchSession.begin(connection, BatchSession.reading(Duration.ofSeconds(1)));
    List<Place> rows = new ArrayList<>();
    for (int part : new TreeSet<>(some.stream().map(Block::part).toList())) {
      Long[] numbers =
          some.stream()
              .filter(block -> block.part() == part)
              .map(Block::number)
              .distinct()
              .toArray(Long[]::new);
      rows.addAll(
          Sql.list(
              connection,
              query(parts.get(part)),
              row -> new Place(part, row.getString(1)),
              (Object) numbers));
    }
    connection.rollback();
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                RandomRows::blockOf, Collectors.mapping(Place::at, Collectors.toList())));
  }

  /// At every place that a block can have.
  private static String query(Part part) {
    return """
    SELECT ctid::text FROM ONLY %s WHERE ctid = ANY (ARRAY(
      SELECT pg_catalog.format('(%%s,%%s)', b, o)::pg_catalog.tid
      FROM unnest(?::bigint[]) AS b,
        pg_catalog.generate_series(1, (pg_catalog.current_setting('block_size')::int - 24) / 28) AS o))
    """
        .formatted(part.table());
  }

  private static Block blockOf(Place place) {
    return new Block(
        place.part(), Long.parseLong(place.at().substring(1, place.at().indexOf(','))));
  }
}
