package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Confidence;
import dev.segue.backfill.Store;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomRowsTest {

  private static final long ENOUGH_FOR_ONE_PERCENT = new Confidence(0.99).sample(0.01);

  @TempDir Path directory;

  private static Set<String> places(Orders orders, String condition) throws SQLException {
    String all =
        orders
            .database()
            .value("SELECT string_agg(ctid::text, ' ') FROM orders WHERE " + condition);
    return new HashSet<>(List.of(all.split(" ")));
  }

  private static List<RandomRows.Place> drawn(Orders orders, int seed, long rows)
      throws SQLException {
    try (Connection connection = orders.connect()) {
      List<Part> parts = Part.of(connection, "public.orders");
      connection.setAutoCommit(false);
      return new RandomRows(connection, parts, new Random(seed)).draw(rows);
    }
  }

  @Test
  void badRowsThatStandSideBySideAreFoundAsSurelyAsIsSaid() throws SQLException {
    try (Orders orders = Orders.numbered(20_000)) {
      Set<String> bad = places(orders, "id BETWEEN 7001 AND 7200");
      int found = 0;
      for (int seed = 1; seed <= 40; seed++) {
        List<RandomRows.Place> drawn = drawn(orders, seed, ENOUGH_FOR_ONE_PERCENT);
        assertThat(drawn).hasSize((int) ENOUGH_FOR_ONE_PERCENT).doesNotHaveDuplicates();
        found += drawn.stream().anyMatch(place -> bad.contains(place.at())) ? 1 : 0;
      }
      assertThat(found).as("of 40 samples, each 99 % sure").isGreaterThanOrEqualTo(37);
    }
  }

  @Test
  void aRowInAnEmptyBlockIsAsLikelyAsOneInAFullOne() throws SQLException {
    try (Orders orders = Orders.numbered(20_000)) {
      orders.database().execute("DELETE FROM orders WHERE id <= 10000 AND id % 10 <> 0");
      Set<String> sparse = places(orders, "id <= 10000");

      List<RandomRows.Place> drawn = drawn(orders, 1, 2000);

      assertThat(drawn).hasSize(2000);
      assertThat(drawn.stream().filter(place -> sparse.contains(place.at())).count())
          .as("a row of eleven is there")
          .isBetween(130L, 235L);
    }
  }

  @Test
  void noMoreRowsAreDrawnThanThereAre() throws SQLException {
    try (Orders orders = Orders.numbered(300)) {
      orders.database().execute("DELETE FROM orders WHERE id > 5");
      assertThat(drawn(orders, 1, 20)).hasSize(5);
      orders.database().execute("TRUNCATE orders");
      assertThat(drawn(orders, 1, 20)).isEmpty();
    }
  }

  @Test
  void aSampleIsComparedRowByRow() throws SQLException {
    try (Orders orders = Orders.numbered(20_000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id BETWEEN 1 AND 200");
      Rows rows = Orders.rows(Keep.ASIDE, Orders.SKIP, 1);
      orders.step(rows).apply(new FakeContext(directory));
      orders
          .database()
          .execute("UPDATE orders SET cents = 1 WHERE id BETWEEN 7001 AND 7200", "ANALYZE orders");

      Verification found =
          Store.of(rows)
              .verify(
                  RowsLookedAtTest.change(orders, rows),
                  RowsLookedAtTest.workspace(directory),
                  rows,
                  new Looking(2000, Optional.empty(), (what, done) -> {}));

      assertThat(found.looked()).isEqualTo(2000);
      assertThat(found.different()).isBetween(1L, 60L);
      assertThat(found.left()).isBetween(1L, 60L);
    }
  }
}
