package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows get a new form: killed, paused, skipped, mended, and back.
@Tag("acceptance")
class RowsInUseTest {

  private static final int ROWS = 12_000;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ALL =
      "select md5(string_agg(o::text, '|' order by id)) from orders o";

  private static final String FILE =
      """
      change: cents
      postgres: { url: "${DATABASE_URL}" }
      backfill:
        - table: orders
          name: cents
          set: { total_cents: "round(total::numeric * 100)::bigint" }
          todo: total_cents is null
          on-error: log-and-skip
          max-errors: 20
          pace: { share: 5%, max-batch: 50, batch-time: 50ms }
      rollback: { automatic: 1s, by-hand: 10m }
      """;

  @TempDir Path directory;

  private Running start(Database database, String command, String... more) throws Exception {
    Path file = Files.writeString(directory.resolve("change.yaml"), FILE);
    List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.add(file.toString());
    arguments.addAll(List.of(more));
    return new Segue(Map.of("DATABASE_URL", database.url()))
        .start(arguments.toArray(String[]::new));
  }

  private Result segue(Database database, String command, String... more) throws Exception {
    return start(database, command, more).await();
  }

  private static long done(Database database) throws Exception {
    return Long.parseLong(
        database.column("select count(*) from orders where total_cents is not null").getFirst());
  }

  @Test
  void killedPausedMendedAndBack() throws Exception {
    try (TestDatabase fresh = TestDatabases.fresh()) {
      Database database = Database.of(fresh);
      database.execute(
          "create table orders (id int primary key, total text, total_cents bigint)",
          "insert into orders select i, case when i % 2400 = 0 then 'n/a' else (i / 100.0)::text end"
              + " from generate_series(1, "
              + ROWS
              + ") i");
      String before = database.column(ALL).getFirst();
      for (int i = 1; i <= 2; i++) {
        long least = i * 500L;
        Running run = start(database, "backfill run");
        await("some rows are converted").atMost(SOON).until(() -> done(database) > least);
        run.kill();
      }
      Running last = start(database, "backfill run");
      Result pause = segue(database, "backfill pause");
      assertThat(pause.exit()).as(pause.all()).isZero();
      await("paused").atMost(SOON).until(() -> segue(database, "status").out().contains("paused"));
      long then = done(database);
      assertThat(segue(database, "backfill pace", "full").exit()).isZero();
      assertThat(done(database)).isEqualTo(then);
      assertThat(segue(database, "backfill resume").exit()).isZero();
      Result done = last.await();
      assertThat(done.exit()).as(done.all()).isZero();
      assertThat(done.out()).contains("rows migrated", "✓ met");
      assertThat(done(database)).isEqualTo(ROWS - 5);
      Result verify = segue(database, "backfill verify", "--check-data");
      assertThat(verify.exit()).as(verify.all()).isZero();

      database.execute("update orders set total = '1.50' where id = 4800");
      killedWhileItTriesAgain(database);
      Result again = segue(database, "backfill run", "--only-failed");
      assertThat(again.exit()).as(again.all()).isZero();
      assertThat(database.column("select total_cents from orders where id = 4800"))
          .containsExactly("150");
      Result back = segue(database, "backfill rollback");
      assertThat(back.exit()).as(back.all()).isZero();
      database.execute("update orders set total = 'n/a' where id = 4800");
      assertThat(database.column(ALL)).containsExactly(before);
      withADefault(database, before);
    }
  }

  /// Somebody holds the very row, so that it cannot have come through.
  private void killedWhileItTriesAgain(Database database) throws Exception {
    try (Connection holder = database.connect()) {
      holder.setAutoCommit(false);
      try (Statement s = holder.createStatement()) {
        s.execute("select from orders where id = 4800 for update");
      }
      Running again = start(database, "backfill run", "--only-failed");
      await("it tries again")
          .atMost(SOON)
          .until(() ->
              database.asks(
                  "select exists (select from segue.journal where kind = 'retry-started')"));
      again.kill();
    }
    assertThat(database.column("select total_cents from orders where id = 4800"))
        .containsExactly("null");
  }

  /// What cannot be converted gets a value, and is as it was after the way back.
  private void withADefault(Database database, String before) throws Exception {
    String[] options = {"--failure-mode", "default:-1", "--batch-size", "1000"};
    Running run = start(database, "backfill run", options);
    await("it has begun").atMost(SOON).until(() -> done(database) > 0);
    assertThat(segue(database, "backfill pace", "full").exit()).isZero();
    Result done = run.await();
    assertThat(done.exit()).as(done.all()).isZero();
    assertThat(done(database)).isEqualTo(ROWS);
    assertThat(database.column("select count(*) from orders where total_cents = -1"))
        .containsExactly("5");
    Result back = segue(database, "backfill rollback");
    assertThat(back.exit()).as(back.all()).isZero();
    assertThat(database.column(ALL)).containsExactly(before);
  }
}
