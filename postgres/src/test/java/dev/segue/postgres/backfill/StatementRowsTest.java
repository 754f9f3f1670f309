package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Store;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows that a statement of the user's own writes.
class StatementRowsTest {

  @TempDir Path directory;

  private FakeContext context() {
    return new FakeContext(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          id bigint PRIMARY KEY             | id   | n                         | ASIDE | 1
          a int, b text, PRIMARY KEY (b, a) | a, b | n % 7, concat('x''\\', n) | AUTO  | 2
          "Id" text PRIMARY KEY             | "Id" | concat('k', n)            | AUTO  | 1
          """)
  void thereAndBack(String columns, String names, String values, Keep keep, int workers)
      throws SQLException {
    try (Orders orders = Orders.keyed(columns, names, values, "", 4000).withUnits()) {
      orders.database().execute("UPDATE orders SET cents = 7 WHERE amount LIKE '%.11'");
      String before = orders.contents();
      String catalogue = orders.catalogue();
      RowsStep step = orders.step(Orders.told(keep, Orders.SKIP, workers));

      Facts facts = step.apply(context());

      assertThat(orders.count("cents IS NULL")).isZero();
      assertThat(orders.count("cents = 7 AND amount LIKE '%.11'")).isEqualTo(40);
      assertThat(orders.count("cents = round(amount::numeric * 100)")).isEqualTo(3960);
      assertThat(facts.number("items")).contains(3960L);
      assertThat(facts.number("passes")).contains(2L);
      assertThat(step.observe(context()))
          .isEqualTo(new Observation.Present(Facts.of("items", 3960L)));

      step.takeBack(context());

      assertThat(orders.contents()).isEqualTo(before);
      assertThat(orders.catalogue()).isEqualTo(catalogue);
    }
  }

  @Test
  void partitionsAreWalkedThroughAndBack() throws SQLException {
    try (Orders orders =
        Orders.keyed("id int, at date, PRIMARY KEY (id, at)", "", "", " PARTITION BY RANGE (at)", 0)
            .withUnits()) {
      orders
          .database()
          .execute(
              "CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
              "CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')");
      Orders.fill(orders.database(), "id, at", "n, date '2026-01-01' + n % 59", 4000);
      String before = orders.contents();
      RowsStep step = orders.step(Orders.told(Keep.ASIDE, Orders.SKIP, 2));

      assertThat(step.apply(context()).number("items")).contains(4000L);
      assertThat(orders.count("cents = round(amount::numeric * 100)")).isEqualTo(4000);

      step.takeBack(context());
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @Test
  void badRowsAreFoundAndTriedAgainAlone() throws SQLException {
    try (Orders orders = Orders.numbered(3000).withUnits()) {
      orders.database().execute("UPDATE orders SET amount = 'about ' || id WHERE id % 500 = 0");
      String before = orders.contents();
      Rows rows = Orders.told(Keep.ASIDE, Orders.SKIP, 1);
      RowsStep step = orders.step(rows);

      Facts facts = step.apply(context());

      assertThat(facts.number("items")).contains(2994L);
      assertThat(facts.number("failed")).contains(6L);
      assertThat(Failures.read(directory.resolve("failed-cents.jsonl")))
          .hasSize(6)
          .contains(
              new Failures.Failed(
                  "id=3000",
                  "cents",
                  null,
                  "22P02",
                  "invalid input syntax for type numeric: \"about 3000\""));

      orders.database().execute("UPDATE orders SET amount = '3.00' WHERE id IN (500, 1000)");
      Facts again =
          Store.of(rows)
              .again(
                  context(),
                  RowsLookedAtTest.change(orders, rows),
                  RowsLookedAtTest.workspace(directory),
                  rows);
      assertThat(again.number("items")).contains(2L);
      assertThat(again.number("failed")).contains(4L);
      assertThat(orders.count("cents = 300 AND id IN (500, 1000)")).isEqualTo(2);

      step.takeBack(context());
      orders
          .database()
          .execute("UPDATE orders SET amount = 'about ' || id WHERE id IN (500, 1000)");
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @Test
  void whatWasWrittenSinceStaysAndVerifySaysSo() throws SQLException {
    try (Orders orders = Orders.numbered(1000).withUnits()) {
      Rows rows = Orders.told(Keep.ASIDE, Orders.SKIP, 1);
      RowsStep step = orders.step(rows);
      step.apply(context());
      orders
          .database()
          .execute(
              "UPDATE orders SET cents = -1 WHERE id = 10",
              "UPDATE orders SET note = 5, cents = null WHERE id = 11");

      Verification found =
          Store.of(rows)
              .verify(
                  RowsLookedAtTest.change(orders, rows),
                  RowsLookedAtTest.workspace(directory),
                  rows,
                  RowsLookedAtTest.all());
      assertThat(found)
          .isEqualTo(
              new Verification(
                  1000,
                  1000,
                  2,
                  1,
                  List.of(
                      new Mismatch("id=10", "cents", "-1", "10"),
                      new Mismatch("id=11", "cents", "null", "11"))));

      assertThat(new RowsCatchStep(step).apply(context()).number("rows")).contains(1L);
      step.takeBack(context());
      assertThat(orders.count("cents IS NOT NULL")).isEqualTo(1);
      assertThat(orders.count("id = 10 AND cents = -1")).isEqualTo(1);
      assertThat(orders.count("id = 11 AND note = 5 AND cents IS NULL")).isEqualTo(1);
    }
  }

  /// Somebody holds a row for longer than a batch waits, and writes it in the meantime.
  @Test
  void aRowThatSomebodyHoldsIsDoneAsItIsThen() throws Exception {
    try (Orders orders = Orders.numbered(500).withUnits();
        var theirs = orders.connect()) {
      theirs.setAutoCommit(false);
      theirs.createStatement().execute("UPDATE orders SET amount = '77.77' WHERE id = 5");
      FakeContext context = context();
      AtomicBoolean let = new AtomicBoolean();
      context.whilePaused =
          () -> {
            if (context.pauses.size() > 12 && let.compareAndSet(false, true)) {
              CompletableFuture.runAsync(
                      () -> {
                        try {
                          theirs.commit();
                        } catch (SQLException e) {
                          throw new IllegalStateException(e);
                        }
                      })
                  .join();
            }
          };
      RowsStep step = orders.step(Orders.told(Keep.ASIDE, Orders.SKIP, 1));

      step.apply(context);

      assertThat(let).isTrue();
      assertThat(orders.count("id = 5 AND cents = 7777")).isEqualTo(1);
      assertThat(orders.count("cents IS NULL")).isZero();
      step.takeBack(context());
      assertThat(orders.count("cents IS NOT NULL")).isZero();
    }
  }

  @Test
  void whatThereIsToDoIsCounted() throws SQLException {
    try (Orders orders = Orders.numbered(2000).withUnits()) {
      orders.database().execute("UPDATE orders SET cents = 1 WHERE id <= 500");
      Rows rows = Orders.told(Keep.AUTO, Orders.SKIP, 1);
      Stats stats =
          Store.of(rows)
              .stats(
                  RowsLookedAtTest.change(orders, rows),
                  RowsLookedAtTest.workspace(directory),
                  rows,
                  RowsLookedAtTest.all());
      assertThat(stats.todo()).isEqualTo(1500);
      assertThat(stats.items()).isEqualTo(2000);
      assertThat(stats.keep()).isEqualTo("segue.kept_cents");
    }
  }

  private static List<String> asked(Orders orders, String before, String alias) {
    Rows like = Orders.rows(Keep.AUTO, Orders.SKIP, 1);
    return asked(orders, Orders.told(before, alias, "", like));
  }

  private static List<String> asked(Orders orders, Rows rows) {
    return RowsLookedAtTest.asked(orders, rows);
  }

  @Test
  void aStatementThatWillNotDoIsRefusedBeforeAnythingIsChanged() throws SQLException {
    try (Orders orders = Orders.numbered(100).withUnits()) {
      String before = orders.contents();
      assertThat(asked(orders, Orders.told(Keep.AUTO, Orders.SKIP, 1)))
          .anyMatch(s -> s.startsWith("PASSED"))
          .noneMatch(s -> s.startsWith("REFUSED"));
      assertThat(asked(orders, "update orders set cents = 1 where ", "\"orders\""))
          .anyMatch(s -> s.startsWith("PASSED"));
      assertThat(asked(orders, "updat orders o set cents = 1 where ", "o"))
          .anyMatch(
              s -> s.startsWith("REFUSED change.yaml:3:5: PostgreSQL refuses it: ERROR: syntax"));
      assertThat(asked(orders, "update orders o set cents = 1 where ", "p"))
          .anyMatch(s -> s.startsWith("REFUSED") && s.contains("missing FROM-clause entry"));
      assertThat(asked(orders, "update orders o set cents = 1; drop table units; select ", "o"))
          .anyMatch(s -> s.startsWith("REFUSED change.yaml:3:5: PostgreSQL refuses it"));
      assertThat(asked(orders, "update units u set factor = 1 from orders o where ", "o"))
          .anyMatch(s ->
              s.contains(
                  "REFUSED change.yaml:3:5: this cannot be done batch by batch: it is no UPDATE of public.orders"));
      assertThat(asked(orders, "update orders set cents = 1 from orders o where ", "o"))
          .anyMatch(s -> s.contains("o is not what it calls the table that it writes"));
      assertThat(asked(orders, "delete from orders o where ", "o"))
          .anyMatch(s -> s.contains("it is no UPDATE of public.orders"));
      assertThat(asked(orders, "update orders o set cents = 1, note = 4 where ", "o"))
          .anyMatch(s ->
              s.startsWith(
                  "REFUSED the statement writes columns that 'columns' does not name, and so are not kept: note"));
      assertThat(asked(orders, "update orders o set cents = null where ", "o"))
          .anyMatch(s -> s.startsWith("REFUSED rows of public.orders are still to be done"));
      assertThat(
              asked(
                  orders,
                  "update orders o set cents = 1 from units u where u.name = 'x' and ",
                  "o"))
          .anyMatch(s -> s.startsWith("REFUSED the statement writes none of the 20 rows"));
      assertThat(asked(orders, "update orders o set cents = 1 where o.id % 2 = 0 and ", "o"))
          .anyMatch(s -> s.startsWith("WARNING the statement leaves 10 of 20 rows"));
      FailurePolicy zero = new FailurePolicy(Mode.DEFAULT, "0", 9, 0);
      assertThat(asked(orders, Orders.told(Keep.AUTO, zero, 1)))
          .anyMatch(s -> s.startsWith("REFUSED a default cannot take the place"));
      assertThat(orders.contents()).isEqualTo(before);
      assertThat(orders.database().value("SELECT count(*) FROM units")).isEqualTo("2");

      Rows unfit =
          Orders.told(
              "delete from orders o where ", "o", "", Orders.rows(Keep.AUTO, Orders.SKIP, 1));
      assertThatThrownBy(() -> orders.step(unfit).apply(context()))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("statement-unfit"));
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @Test
  void withoutAKeyNothingCanBeKept() throws SQLException {
    try (Orders orders = Orders.keyed("id int", "id", "n", "", 100).withUnits()) {
      assertThat(asked(orders, Orders.told(Keep.AUTO, Orders.SKIP, 1)))
          .anyMatch(s -> s.startsWith("REFUSED the rows of orders have no key"));
      RowsStep step = orders.step(Orders.told(Keep.BACKUP, Orders.SKIP, 1));
      assertThat(step.apply(context()).number("items")).contains(100L);
      assertThat(orders.count("cents IS NULL")).isZero();
    }
  }
}
