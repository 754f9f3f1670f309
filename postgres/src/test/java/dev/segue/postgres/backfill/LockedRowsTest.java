package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.BatchTime;
import dev.segue.change.SegueException;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.online.Site;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows that somebody holds for longer than any pass waits are left by none of the ways.
class LockedRowsTest {

  private static final String HELD = "SELECT note FROM orders WHERE id = 70 FOR UPDATE";

  @TempDir Path directory;

  private FakeContext context() {
    return new FakeContext(directory);
  }

  private static void hold(Connection other) throws SQLException {
    other.setAutoCommit(false);
    other.createStatement().execute(HELD);
  }

  private static void namesTheHolder(ThrowingCallable course) {
    assertThatThrownBy(course)
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("lock-not-available"))
        .hasMessageContaining("Some rows of public.orders stayed locked through 5 passes")
        .hasMessageContaining(HELD);
  }

  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void whatIsKeptOfALockedRowStaysUntilItIsGivenBack(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(300);
        Connection other = orders.connect()) {
      String before = orders.contents();
      RowsStep step = orders.step(keep);
      step.apply(context());
      hold(other);

      namesTheHolder(() -> step.takeBack(context()));
      namesTheHolder(() -> step.takeBack(context()));

      assertThat(orders.count("id <> 70 AND cents IS NOT NULL")).isZero();
      assertThat(orders.count("id = 70 AND cents = 70")).isEqualTo(1);
      other.rollback();
      step.takeBack(context());
      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void aRowThatIsLetGoAtLastIsGivenBack(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(300);
        Connection other = orders.connect()) {
      String before = orders.contents();
      RowsStep step = orders.step(keep);
      step.apply(context());
      hold(other);
      FakeContext context = context();
      context.whilePaused =
          () -> {
            if (context.said.stream().filter(s -> s.contains("waiting for locked")).count() == 4) {
              rolledBack(other);
            }
          };

      step.takeBack(context);

      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  private static void rolledBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// As one may have been left by a version that counted passes.
  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void nothingIsTakenForGivenBackThatIsNot(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(300);
        Connection connection = orders.connect()) {
      String before = orders.contents();
      RowsStep step = orders.step(keep);
      step.apply(context());
      Checkpoint.begin(context().run()).turn(true).write(connection, orders.site(), step.back());

      step.takeBack(context());

      assertThat(orders.contents()).isEqualTo(before);
    }
  }

  @Test
  void theWayThereDoesNotEndBeforeALockedRow() throws SQLException {
    try (Orders orders = Orders.numbered(300);
        Connection other = orders.connect()) {
      RowsStep step = orders.step(Keep.ASIDE);
      hold(other);

      namesTheHolder(() -> step.apply(context()));

      assertThat(step.observe(context())).isInstanceOf(Observation.Partial.class);
      other.rollback();
      assertThat(step.apply(context()).number("items")).contains(300L);
      assertThat(orders.count("cents IS NULL")).isZero();
    }
  }

  /// One that is done already holds nobody up, though a bad one beside it is looked for.
  @Test
  void aLockedRowThatIsDoneIsNotWaitedFor() throws SQLException {
    try (Orders orders = Orders.numbered(300);
        Connection other = orders.connect()) {
      orders
          .database()
          .execute(
              "UPDATE orders SET amount = 'none' WHERE id = 69",
              "UPDATE orders SET cents = 7 WHERE id = 70");
      hold(other);

      assertThat(orders.step(Keep.ASIDE).apply(context()).number("items")).contains(298L);
    }
  }

  @Test
  void theLastLookDoesNotEndBeforeALockedRow() throws SQLException {
    try (Orders orders = Orders.numbered(300);
        Connection other = orders.connect()) {
      RowsStep step = orders.step(Keep.ASIDE);
      step.apply(context());
      orders.database().execute("UPDATE orders SET cents = NULL WHERE id BETWEEN 61 AND 80");
      Step caught = new RowsCatchStep(step);
      hold(other);

      namesTheHolder(() -> caught.apply(context()));

      assertThat(caught.observe(context())).isInstanceOf(Observation.Partial.class);
      other.rollback();
      assertThat(caught.apply(context()).number("rows")).contains(20L);
      assertThat(orders.count("cents IS NULL")).isZero();
    }
  }

  @Test
  void whoWritesTheOldFormForEverIsToldOf() throws SQLException {
    try (Orders orders = Orders.numbered(100)) {
      RowsStep step = orders.step(Keep.ASIDE);
      step.apply(context());
      Step caught = new RowsCatchStep(step);
      FakeContext context = context();
      AtomicInteger written = new AtomicInteger();
      context.fenceCheck =
          connection ->
              orders
                  .database()
                  .execute(
                      "UPDATE orders SET cents = NULL WHERE id = "
                          + (written.incrementAndGet() % 100 + 1));

      assertThatThrownBy(() -> caught.apply(context))
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> assertThat(e.code()).isEqualTo("still-written-in-old-form"));

      assertThat(orders.catalogue()).contains("kept_cents");
      caught.apply(context());
      assertThat(orders.count("cents IS NULL")).isZero();
    }
  }

  /// Before 18 a row that is written while its batch waits for it is left to another pass, even if
  /// none was to come.
  @Test
  void aRowThatIsWrittenWhileItIsWaitedForIsDoneAfterAll() throws Exception {
    try (Orders orders = Orders.numbered(300);
        Connection other = orders.connect();
        Connection connection = orders.connect()) {
      Site site = orders.site();
      Declared declared = Declared.read(connection, Orders.rows(Keep.ASIDE, Orders.SKIP, 1));
      Aside aside = Aside.of(site, declared);
      Aside before18 = new Aside(site, aside.table(), aside.of(), aside.keys(), aside.set(), false);
      before18.prepare(context());
      BackfillPace patient =
          new BackfillPace(
              1,
              BatchTime.always(Duration.ofMillis(250)),
              0,
              Limits.ofRows(Duration.ofSeconds(10), null, 4, null),
              null);
      Job job =
          new Job(
              site,
              "step",
              "copying",
              before18.forward(declared),
              new Terms(patient, 5, 1, Terms.After.LEAVE),
              declared.quietly(),
              Optional.empty());
      other.setAutoCommit(false);
      other.createStatement().execute("UPDATE orders SET note = 1 WHERE id = 70");
      CompletableFuture<Void> committing =
          CompletableFuture.runAsync(() -> commitOnceWaitedFor(orders, other));

      new Copier(job, context(), connection, new Members.Calm()).copy();

      committing.get();
      assertThat(orders.count("cents IS NULL")).isZero();
      assertThat(orders.count("id = 70 AND note = 1 AND cents = 70")).isEqualTo(1);
      assertThat(orders.database().value("SELECT count(*) FROM segue.kept_cents")).isEqualTo("300");
    }
  }

  private static void commitOnceWaitedFor(Orders orders, Connection other) {
    try {
      while (orders
          .database()
          .value(
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                  + " AND wait_event_type = 'Lock'")
          .equals("0")) {
        Thread.onSpinWait();
      }
      other.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
