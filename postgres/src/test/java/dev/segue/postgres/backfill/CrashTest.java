package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Backfill.Keep;
import dev.segue.conductor.Observation;
import dev.segue.postgres.FakeContext;
import dev.segue.testkit.EmbeddedServer;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The server is killed while batches that it has acknowledged are in its memory alone.
class CrashTest {

  private static final int ROWS = 5000;

  @TempDir Path directory;

  private static EmbeddedServer server;
  private Orders orders;

  /// What is not waited for stays in memory, the last of it for as long as the server lets it.
  @BeforeAll
  static void aForgetfulServer() {
    server =
        EmbeddedServer.open(
            EmbeddedServer.Options.defaults()
                .with("wal_writer_delay", "10s")
                .with("wal_writer_flush_after", "32kB"));
  }

  @BeforeEach
  void ordersThatWaitForNothing(TestInfo test) throws SQLException {
    String name = "forgetful_" + Integer.toHexString(test.getDisplayName().hashCode());
    server.createDatabase(name);
    orders = new Orders(new TestDatabase(server, name));
    orders
        .database()
        .execute(
            "CREATE TABLE orders (id bigint PRIMARY KEY, amount text, cents bigint)",
            "ALTER DATABASE " + name + " SET synchronous_commit = off");
    Orders.fill(orders.database(), "id", "n", ROWS);
    // Made for good, as a table that stands before a change.
    orders.database().execute("CHECKPOINT");
  }

  @AfterEach
  void dropped() throws SQLException {
    orders.close();
  }

  @AfterAll
  static void closed() {
    server.close();
  }

  private static void crash() {
    server.kill();
    server.start();
  }

  /// A server that is gone is not waited for.
  private static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Kills the server when the fence is asked for so many times, by whichever worker.
  private FakeContext killingAt(int number) {
    FakeContext context = new FakeContext(directory);
    AtomicInteger asked = new AtomicInteger();
    context.fenceCheck =
        connection -> {
          int n = asked.incrementAndGet();
          if (n == number) {
            server.kill();
          }
          if (n >= number) {
            throw new Gone();
          }
        };
    context.whilePaused =
        () -> {
          if (asked.get() >= number) {
            throw new Gone();
          }
        };
    return context;
  }

  private long noted() throws SQLException {
    return orders.database().value("SELECT to_regclass('segue.backfill')").equals("null")
        ? 0
        : Long.parseLong(
            orders
                .database()
                .value(
                    "SELECT coalesce(sum(rows), 0) FROM segue.backfill WHERE step = '"
                        + orders.step(Keep.ASIDE).id()
                        + "'"));
  }

  @ParameterizedTest
  @CsvSource({"ASIDE, 1", "BESIDE, 1", "ASIDE, 2"})
  void whatIsLostIsLostTogetherWithThePosition(Keep keep, int workers) throws SQLException {
    RowsStep step =
        orders.step(Orders.rows(keep, Orders.SKIP, workers).withPace(Orders.pace(1, 50)));
    for (int number : List.of(10, 40)) {
      FakeContext context = killingAt(number);
      assertThatThrownBy(() -> step.apply(context)).isInstanceOf(Gone.class);
      server.start();

      assertThat(orders.count("cents IS NOT NULL")).as("killed at " + number).isEqualTo(noted());
    }

    assertThat(step.apply(new FakeContext(directory)).number("items")).contains((long) ROWS);
    assertThat(orders.count("cents IS DISTINCT FROM id")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"BESIDE, 1", "ASIDE, 2"})
  void whatIsSaidToBeDoneIsDoneAndSoIsTheWayBack(Keep keep, int workers) throws SQLException {
    RowsStep step = orders.step(Orders.rows(keep, Orders.SKIP, workers));
    String before = orders.contents();

    step.apply(new FakeContext(directory));
    crash();

    assertThat(step.observe(new FakeContext(directory))).isInstanceOf(Observation.Present.class);
    assertThat(orders.count("cents IS DISTINCT FROM id")).isZero();

    step.takeBack(new FakeContext(directory));
    crash();

    assertThat(step.observe(new FakeContext(directory))).isEqualTo(Observation.ABSENT);
    assertThat(orders.contents()).isEqualTo(before);
  }
}
