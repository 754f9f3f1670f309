package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Failures;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.postgres.FakeContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The copying dies before each thing it sends, and goes on.
class KilledTest {

  private static final int ROWS = 2500;
  private static final FailurePolicy ZERO = new FailurePolicy(Mode.DEFAULT, "0", 100, 0);
  private static final Set<String> SENDING =
      Set.of(
          "execute",
          "executeQuery",
          "executeUpdate",
          "executeLargeUpdate",
          "commit",
          "rollback",
          "setAutoCommit");

  @TempDir Path directory;

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Counts what is sent, and dies at one of them.
  private static final class Axe {
    private final int at;
    private final AtomicInteger sent = new AtomicInteger();

    Axe(int at) {
      this.at = at;
    }

    Connection over(Connection connection) {
      return wrapped(Connection.class, connection);
    }

    private <T> T wrapped(Class<T> type, T inner) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                if (SENDING.contains(method.getName()) && sent.incrementAndGet() >= at) {
                  throw new Killed();
                }
                Object result;
                try {
                  result = method.invoke(inner, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
                return switch (result) {
                  case java.sql.PreparedStatement s -> wrapped(java.sql.PreparedStatement.class, s);
                  case Statement s -> wrapped(Statement.class, s);
                  case null, default -> result;
                };
              }));
    }
  }

  /// @return whether it was killed
  private boolean copyUnder(Axe axe, Members members) throws SQLException {
    try (Connection connection = members.connect()) {
      members.copy(new FakeContext(directory), purpose -> axe.over(connection));
      return false;
    } catch (Killed e) {
      return true;
    }
  }

  @Test
  void goesOnWhereverItWasKilled() throws SQLException {
    try (Members members = Members.numbered(ROWS)) {
      int kills = 0;
      while (copyUnder(new Axe(kills + 1), anew(members))) {
        kills++;
        assertThat(members.left())
            .as("position and rows together, killed before " + kills)
            .isEqualTo(ROWS - members.noted());

        long rows = members.copy(new FakeContext(directory)).number("rows").orElseThrow();

        assertThat(members.left()).as("killed before " + kills).isZero();
        assertThat(rows).as("counted once each, killed before " + kills).isEqualTo(ROWS);
      }
      assertThat(kills).isGreaterThan(30);
    }
  }

  /// One for where a batch ends, one for what is done, the position and the end of the transaction.
  @Test
  void aBatchTakesTwoRoundTrips() throws SQLException {
    try (Orders orders = Orders.numbered(1000)) {
      Rows rows = Orders.rows(Keep.ASIDE, Orders.SKIP, 1);
      batches(new Axe(Integer.MAX_VALUE), orders, rows, 1000);
      Axe few = new Axe(Integer.MAX_VALUE);
      Axe many = new Axe(Integer.MAX_VALUE);

      long batches = batches(few, orders, rows, 1000);
      long more = batches(many, orders, rows, 10);

      assertThat(more - batches).isGreaterThan(90);
      assertThat(many.sent.get() - few.sent.get()).isEqualTo(2 * (int) (more - batches));
    }
  }

  /// Bad rows, old values and all, there and back, with two workers. Every kill is further on than
  /// the one before, by more the longer it takes.
  @ParameterizedTest
  @CsvSource({
    "ASIDE, LOG_AND_SKIP, false",
    "BESIDE, LOG_AND_SKIP, false",
    "ASIDE, LOG_AND_SKIP, true",
    "ASIDE, DEFAULT, false",
    "BESIDE, DEFAULT, false"
  })
  void declaredItGoesOnAndBackWhereverItWasKilled(Keep keep, Mode mode, boolean told)
      throws SQLException {
    try (Orders orders = Orders.numbered(1500).withUnits()) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id % 300 = 0");
      String before = orders.contents();
      FailurePolicy policy = mode == Mode.DEFAULT ? ZERO : Orders.SKIP;
      RowsStep step =
          orders.step(told ? Orders.told(keep, policy, 2) : Orders.rows(keep, policy, 2));
      int kills = 0;
      for (int at = 1;
          killed(at, opener -> step.apply(new FakeContext(directory), opener), orders);
          at += 2 + at) {
        kills++;
        if (kills % 2 == 0) {
          Facts facts = step.apply(new FakeContext(directory));
          assertThat(facts.number("items")).as("killed before " + at).contains(1495L);
          assertBadOnesAreKnown(orders, facts, mode, "killed before " + at);
        }
        assertThat(orders.count("cents IS NULL AND amount <> 'none'"))
            .as("killed before " + at)
            .isEqualTo(
                kills % 2 == 0
                    ? 0
                    : 1500 - 5 - orders.count("cents IS NOT NULL AND amount <> 'none'"));
        int back = at;
        while (killed(back, opener -> step.takeBack(new FakeContext(directory), opener), orders)) {
          back = 2 * back + 15;
        }
        assertThat(orders.contents()).as("killed before " + at).isEqualTo(before);
        assertThat(step.observe(new FakeContext(directory))).isEqualTo(Observation.ABSENT);
      }
      assertThat(kills).isGreaterThan(4);
    }
  }

  private void assertBadOnesAreKnown(Orders orders, Facts facts, Mode mode, String when)
      throws SQLException {
    boolean replaced = mode == Mode.DEFAULT;
    assertThat(facts.number(replaced ? "replaced" : "failed")).as(when).contains(5L);
    assertThat(facts.number(replaced ? "failed" : "replaced")).as(when).contains(0L);
    assertThat(orders.count("amount = 'none' AND cents = 0")).as(when).isEqualTo(replaced ? 5 : 0);
    assertThat(
            orders
                .database()
                .value(
                    "SELECT string_agg(item, ' ' ORDER BY item) FROM segue.backfill_failed WHERE replaced = "
                        + replaced))
        .as(when)
        .isEqualTo("id=1200 id=1500 id=300 id=600 id=900");
    assertThat(Failures.read(directory.resolve("failed-cents.jsonl")))
        .as(when)
        .extracting(Failures.Failed::item)
        .containsExactlyInAnyOrderElementsOf(
            replaced ? List.of() : List.of("id=300", "id=600", "id=900", "id=1200", "id=1500"));
  }

  private interface Course {
    void under(BackfillStep.Opener opener);
  }

  /// @return whether it was killed
  private static boolean killed(int at, Course course, Orders orders) {
    Axe axe = new Axe(at);
    try {
      course.under(purpose -> axe.over(orders.site().open(purpose)));
      return false;
    } catch (Killed e) {
      return true;
    }
  }

  private long batches(Axe counting, Orders orders, Rows rows, int most) {
    RowsStep step = orders.step(rows.withPace(Orders.pace(1, most)));
    Facts facts =
        step.apply(
            new FakeContext(directory), purpose -> counting.over(orders.site().open(purpose)));
    step.takeBack(new FakeContext(directory));
    return facts.number("batches").orElseThrow();
  }

  private static Members anew(Members members) throws SQLException {
    members
        .database()
        .execute(
            "DROP SCHEMA IF EXISTS segue CASCADE",
            "TRUNCATE members",
            "ALTER TABLE members DISABLE TRIGGER ALL",
            "INSERT INTO members (id, email) SELECT n, 'M' || n FROM generate_series(1, "
                + ROWS
                + ") n",
            "ALTER TABLE members ENABLE TRIGGER ALL");
    return members;
  }
}
