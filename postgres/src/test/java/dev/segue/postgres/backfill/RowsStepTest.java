package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Store;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.Change;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.RowChange;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RowsStepTest {

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
          id bigint PRIMARY KEY           | id   | n                 | ASIDE  | 1
          id bigint PRIMARY KEY           | id   | n                 | BESIDE | 3
          a int, b text, PRIMARY KEY (b, a) | a, b | n % 7, concat('x''\\', n) | ASIDE | 2
          id uuid PRIMARY KEY             | id   | gen_random_uuid() | AUTO   | 2
          "Id" text PRIMARY KEY           | "Id" | concat('k', n)    | AUTO   | 1
          id int                          | id   | n % 3             | AUTO   | 2
          """)
  void thereAndBack(String columns, String names, String values, Keep keep, int workers)
      throws SQLException {
    try (Orders orders = Orders.keyed(columns, names, values, "", 6000)) {
      orders
          .database()
          .execute("UPDATE orders SET cents = 7 WHERE note = 0 AND amount LIKE '%.11'");
      String before = orders.contents();
      String catalogue = orders.catalogue();
      RowsStep step = orders.step(Orders.rows(keep, Orders.SKIP, workers));
      assertThat(step.observe(context())).isEqualTo(Observation.ABSENT);

      Facts facts = step.apply(context());

      assertThat(orders.count("cents IS NULL")).isZero();
      assertThat(orders.count("cents = 7 AND amount LIKE '%.11'")).isEqualTo(60);
      assertThat(facts.number("items")).contains(5940L);
      assertThat(facts.number("failed")).contains(0L);
      assertThat(facts.number("passes")).contains(2L);
      assertThat(facts.values()).containsKeys("p99_before_ms", "peak_memory_bytes", "per_second");
      assertThat(step.observe(context()))
          .isEqualTo(new Observation.Present(Facts.of("items", 5940L)));
      assertThat(step.apply(context()).number("items")).as("once more").contains(5940L);

      step.takeBack(context());

      assertThat(orders.contents()).isEqualTo(before);
      assertThat(orders.catalogue()).isEqualTo(catalogue);
      assertThat(step.observe(context())).isEqualTo(Observation.ABSENT);
      step.takeBack(context());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void partitionsAreWalkedThroughAndBack(Keep keep) throws SQLException {
    try (Orders orders =
        Orders.keyed(
            "id int, at date, PRIMARY KEY (id, at)", "", "", " PARTITION BY RANGE (at)", 0)) {
      orders
          .database()
          .execute(
              "CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
              "CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')");
      Orders.fill(orders.database(), "id, at", "n, date '2026-01-01' + n % 59", 4000);
      String before = orders.contents();
      RowsStep step = orders.step(Orders.rows(keep, Orders.SKIP, 2));

      assertThat(step.apply(context()).number("items")).contains(4000L);
      assertThat(orders.count("cents IS NULL")).isZero();

      step.takeBack(context());
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  /// A partition has a name of its own.
  @ParameterizedTest
  @CsvSource({"ASIDE, ''", "BESIDE, PARTITION BY HASH (id)"})
  void anExpressionMayNameTheTable(Keep keep, String partitioned) throws SQLException {
    try (Orders orders = Orders.keyed("id int PRIMARY KEY", "", "", " " + partitioned, 0)) {
      if (!partitioned.isEmpty()) {
        orders
            .database()
            .execute(
                "CREATE TABLE part PARTITION OF orders FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
      }
      Orders.fill(orders.database(), "id", "n", 500);
      String before = orders.contents();
      Rows rows =
          RowsLookedAtTest.over("amount", "orders.amount || '?'", "orders.amount !~ '[?]'", keep);
      assertThat(RowsLookedAtTest.asked(orders, rows)).noneMatch(s -> s.startsWith("REFUSED"));
      Store store = Store.of(rows);
      Change change = RowsLookedAtTest.change(orders, rows);
      Workspace workspace = RowsLookedAtTest.workspace(directory);
      assertThat(store.stats(change, workspace, rows, RowsLookedAtTest.all()).todo())
          .isEqualTo(500);
      RowsStep step = orders.step(rows);

      assertThat(step.apply(context()).number("items")).contains(500L);

      assertThat(store.verify(change, workspace, rows, RowsLookedAtTest.all()))
          .isEqualTo(new Verification(500, 500, 0, 0, List.of()));
      step.takeBack(context());
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "40, 3", "500, 1"})
  void badRowsAreKeptWithTheirReasonsAndTheOthersGoOn(int bad, int workers) throws SQLException {
    try (Orders orders = Orders.numbered(3000)) {
      orders
          .database()
          .execute(
              "UPDATE orders SET amount = 'about ' || id WHERE id %% %d = 0".formatted(3000 / bad));
      long count = orders.count("amount LIKE 'about%'");
      RowsStep step = orders.step(Orders.rows(Keep.ASIDE, Orders.SKIP, workers));

      Facts facts = step.apply(context());

      assertThat(orders.count("cents IS NULL")).isEqualTo(count);
      assertThat(facts.number("items")).contains(3000 - count);
      assertThat(facts.number("failed")).contains(count);
      List<Failures.Failed> failed = Failures.read(directory.resolve("failed-cents.jsonl"));
      assertThat(failed).hasSize((int) count);
      assertThat(failed)
          .contains(
              new Failures.Failed(
                  "id=3000",
                  "cents",
                  "about 3000",
                  "22P02",
                  "invalid input syntax for type numeric: \"about 3000\""));
      assertThat(
              orders
                  .database()
                  .value("SELECT count(*) FROM segue.backfill_failed WHERE sqlstate = '22P02'"))
          .isEqualTo(Long.toString(count));
    }
  }

  @Test
  void whereNoneMayFailTheRowIsNamed() throws SQLException {
    try (Orders orders = Orders.numbered(3000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id = 1234");
      RowsStep step = orders.step(Orders.rows(Keep.AUTO, FailurePolicy.FAIL, 1));

      assertThatThrownBy(() -> step.apply(context()))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("not-converted"))
          .hasMessage(
              "id=1234, cents cannot be converted: 'none': invalid input syntax for type numeric:"
                  + " \"none\"");

      orders.database().execute("UPDATE orders SET amount = '1.00' WHERE id = 1234");
      assertThat(step.apply(context()).number("items")).contains(3000L);
    }
  }

  @Test
  void aDefaultTakesThePlaceOfWhatCannotBeHad() throws SQLException {
    try (Orders orders = Orders.numbered(2000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id % 500 = 0");
      String before = orders.contents();
      // No limit counts what the default could replace.
      FailurePolicy zero = new FailurePolicy(Mode.DEFAULT, "0", 2, 0.0001);
      Rows plain = Orders.rows(Keep.ASIDE, zero, 1);
      Rows rows =
          new Rows(
              plain.where(),
              "cents",
              "orders",
              plain.set(),
              "",
              "",
              1,
              plain.pace(),
              zero,
              Keep.ASIDE);
      RowsStep step = orders.step(rows);

      Facts facts = step.apply(context());

      assertThat(orders.count("cents = 0")).isEqualTo(4);
      assertThat(orders.count("cents IS NULL")).isZero();
      assertThat(facts.number("replaced")).contains(4L);
      assertThat(facts.number("failed")).contains(0L);

      step.takeBack(context());
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @Test
  void moreThanAllowedEndItAndWhatIsDoneStaysDone() throws SQLException {
    try (Orders orders = Orders.numbered(3000)) {
      orders
          .database()
          .execute("UPDATE orders SET amount = 'none' WHERE id > 2000 AND id % 10 = 0");
      RowsStep step =
          orders.step(Orders.rows(Keep.ASIDE, new FailurePolicy(Mode.LOG_AND_SKIP, null, 5, 0), 1));

      assertThatThrownBy(() -> step.apply(context()))
          .hasMessageContaining("6 items could not be converted, more than max-errors: 5");

      assertThat(orders.count("cents IS NOT NULL")).isBetween(1L, 2999L);
      step.takeBack(context());
      assertThat(orders.count("cents IS NOT NULL")).isZero();
    }
  }

  @Test
  void theWayBackKnowsNoQuietHours() throws SQLException {
    try (Orders orders = Orders.numbered(1000)) {
      orders.step(Keep.BESIDE).apply(context());

      orders
          .step(Orders.quietAround(orders.step(Keep.BESIDE).rows(), context().now()))
          .takeBack(context());

      assertThat(orders.count("cents IS NOT NULL")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void whatWasWrittenSinceStays(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(1000)) {
      RowsStep step = orders.step(keep);
      step.apply(context());
      orders
          .database()
          .execute(
              "UPDATE orders SET cents = -1 WHERE id = 10",
              "UPDATE orders SET note = 5 WHERE id = 11",
              "DELETE FROM orders WHERE id = 12",
              "INSERT INTO orders (id, amount, cents) VALUES (5000, '1.00', 100)");

      step.takeBack(context());

      assertThat(orders.count("cents IS NOT NULL")).isEqualTo(2);
      assertThat(orders.count("id = 10 AND cents = -1")).isEqualTo(1);
      assertThat(orders.count("id = 11 AND cents IS NULL AND note = 5")).isEqualTo(1);
    }
  }

  @Test
  void aRowWrittenInTheOldFormOnceMoreGoesBackToItsNewestValue() throws SQLException {
    try (Orders orders = Orders.numbered(600)) {
      Rows plain = Orders.rows(Keep.ASIDE, Orders.SKIP, 1);
      RowsStep step =
          orders.step(
              new Rows(
                  plain.where(),
                  "notes",
                  "orders",
                  new RowChange.Expressions(Map.of("amount", "replace(amount, '.', ',')")),
                  "",
                  "amount LIKE '%.%'",
                  1,
                  plain.pace(),
                  Orders.SKIP,
                  Keep.ASIDE));
      FakeContext context = context();
      AtomicBoolean written = new AtomicBoolean();
      context.whilePaused =
          () -> {
            try {
              if (orders.count("id = 5 AND amount LIKE '%,%'") == 1
                  && written.compareAndSet(false, true)) {
                orders.database().execute("UPDATE orders SET amount = '77.77' WHERE id = 5");
              }
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          };

      step.apply(context);
      assertThat(written).isTrue();
      assertThat(orders.count("amount LIKE '%.%'")).isZero();

      step.takeBack(context());
      assertThat(orders.count("id = 5 AND amount = '77.77'")).isEqualTo(1);
      assertThat(orders.count("amount LIKE '%,%'")).isZero();
    }
  }

  @Test
  void withoutAnythingKeptTheWayBackIsTheBackup() throws SQLException {
    try (Orders orders = Orders.numbered(100)) {
      RowsStep step = orders.step(Keep.BACKUP);
      step.apply(context());
      assertThatThrownBy(() -> step.takeBack(context()))
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> {
                assertThat(e.code()).isEqualTo("way-back-is-backup");
                assertThat(e.remedy()).contains("segue restore");
              });
      assertThat(orders.count("cents IS NULL")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void forgottenItLeavesNothing(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(300)) {
      String catalogue = orders.catalogue();
      RowsStep step = orders.step(keep);
      step.apply(context());
      orders.database().execute("UPDATE orders SET cents = NULL WHERE id <= 10");
      Step caught = new RowsCatchStep(step);
      assertThat(caught.apply(context()).number("rows")).contains(10L);
      assertThat(caught.observe(context())).isInstanceOf(Observation.Present.class);
      Step forgotten = new RowsForgetStep(step);
      forgotten.apply(context());
      forgotten.apply(context());
      assertThat(orders.catalogue()).isEqualTo(catalogue);
      assertThat(orders.database().value("SELECT count(*) FROM segue.backfill")).isEqualTo("0");
      assertThat(orders.count("cents IS NULL")).isZero();
    }
  }

  /// Whatever a writer was told is done is there, on the way there and on the way back.
  @ParameterizedTest
  @CsvSource({"ASIDE, 2", "BESIDE, 1"})
  void noWriteIsLostOnEitherWay(Keep keep, int workers) throws Exception {
    try (Orders orders = Orders.numbered(8000)) {
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<long[]> writing = CompletableFuture.supplyAsync(() -> write(orders, over));
      RowsStep step = orders.step(Orders.rows(keep, Orders.SKIP, workers));
      step.apply(context());
      step.takeBack(context());
      over.set(true);
      long[] cents = writing.get();

      for (int id = 1; id < cents.length; id++) {
        if (cents[id] != 0) {
          assertThat(orders.count("id = " + id + " AND cents = " + cents[id]))
              .as("what was written to " + id)
              .isEqualTo(1);
        }
      }
      assertThat(orders.count("cents > 0")).as("ours").isZero();
    }
  }

  /// Negative numbers, so that they are told from ours.
  private static long[] write(Orders orders, AtomicBoolean over) {
    long[] acknowledged = new long[301];
    long n = 0;
    try (Connection connection = orders.connect();
        var statement = connection.createStatement()) {
      while (!over.get()) {
        n++;
        int id = (int) (n * 37 % 300) + 1;
        statement.execute("UPDATE orders SET cents = -%d WHERE id = %d".formatted(n, id));
        acknowledged[id] = -n;
        statement.execute("UPDATE orders SET note = note + 1 WHERE id = " + (n * 53 % 8000 + 1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return acknowledged;
  }
}
