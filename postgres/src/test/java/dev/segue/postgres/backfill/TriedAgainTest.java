package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Store;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.conductor.Facts;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that failed are found again, wherever they are by now, and no others are read for it.
class TriedAgainTest {

  private static final String READ_IN_ORDER =
      "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'orders'";

  @TempDir Path directory;

  private Facts again(Orders orders, Rows rows) {
    return Store.of(rows)
        .again(
            new FakeContext(directory),
            RowsLookedAtTest.change(orders, rows),
            RowsLookedAtTest.workspace(directory),
            rows);
  }

  private List<String> listed() {
    return Failures.read(directory.resolve("failed-cents.jsonl")).stream()
        .map(Failures.Failed::item)
        .toList();
  }

  @Test
  void rowsWithAKeyAreLookedUpByIt() throws SQLException {
    try (Orders orders =
        Orders.keyed(
            "a int, b text, PRIMARY KEY (b, a)", "a, b", "n % 7, concat('x, a=', n)", "", 4000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE b LIKE '%00'");
      Rows rows = Orders.rows(Keep.ASIDE, Orders.SKIP, 1);
      orders.step(rows).apply(new FakeContext(directory));
      assertThat(listed()).hasSize(40);
      orders.database().execute("UPDATE orders SET amount = '3.00' WHERE b LIKE '%000'");
      orders.database().execute("DELETE FROM orders WHERE b LIKE '%100'");
      flushed(orders);
      String before = orders.database().value(READ_IN_ORDER);

      Facts facts = again(orders, rows);

      flushed(orders);
      assertThat(orders.database().value(READ_IN_ORDER)).isEqualTo(before);
      assertThat(facts.number("items")).contains(4L);
      assertThat(facts.number("failed")).contains(32L);
      assertThat(orders.count("cents = 300 AND b LIKE '%000'")).isEqualTo(4);
      assertThat(listed()).hasSize(32).contains("b=x, a=200, a=4");
    }
  }

  /// What other sessions counted is there when they are gone, so wait for them.
  private static void flushed(Orders orders) throws SQLException {
    while (!orders
        .database()
        .value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
        .equals("0")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void rowsWithoutAKeyAreFoundWhereverTheyHaveMoved() throws SQLException {
    try (Orders orders = Orders.keyed("id int", "id", "n", "", 4000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id % 1000 = 0");
      String before = orders.contents();
      Rows rows = Orders.rows(Keep.BESIDE, Orders.SKIP, 1);
      RowsStep step = orders.step(rows);
      step.apply(new FakeContext(directory));
      List<String> first = listed();
      assertThat(first).hasSize(4);
      orders.database().execute("UPDATE orders SET amount = '3.00' WHERE id = 1000");
      orders.database().execute("UPDATE orders SET note = 1 WHERE id = 2000");

      Facts facts = again(orders, rows);

      assertThat(facts.number("items")).contains(1L);
      assertThat(facts.number("failed")).contains(3L);
      assertThat(orders.count("id = 1000 AND cents = 300")).isEqualTo(1);
      assertThat(listed()).hasSize(3).containsAnyElementsOf(first);
      assertThat(
              orders
                  .database()
                  .value(
                      "SELECT count(*) FROM orders WHERE id = 2000 AND 'orders ' || ctid IN"
                          + " (SELECT item FROM segue.backfill_failed)"))
          .isEqualTo("1");
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id = 1000");
      orders.database().execute("UPDATE orders SET note = 0 WHERE id = 2000");
      step.takeBack(new FakeContext(directory));
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  /// As an older version has listed them.
  @Test
  void rowsThatAreListedWithoutTheirKeysAreLookedFor() throws SQLException {
    try (Orders orders = Orders.numbered(2000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id % 500 = 0");
      Rows rows = Orders.rows(Keep.ASIDE, Orders.SKIP, 1);
      RowsStep step = orders.step(rows);
      step.apply(new FakeContext(directory));
      orders
          .database()
          .execute(
              "ALTER TABLE segue.backfill_failed DROP COLUMN key",
              "UPDATE orders SET amount = '3.00' WHERE id IN (500, 1000)");

      assertThat(again(orders, rows).number("items")).contains(2L);
      assertThat(listed()).containsExactlyInAnyOrder("id=1500", "id=2000");
      orders.database().execute("UPDATE orders SET amount = '4.00' WHERE id = 1500");
      assertThat(again(orders, rows).number("items")).contains(1L);
      assertThat(orders.database().value("SELECT count(*) FROM segue.kept_cents"))
          .isEqualTo("1999");
      step.takeBack(new FakeContext(directory));
      assertThat(orders.count("cents IS NOT NULL")).isZero();
    }
  }
}
