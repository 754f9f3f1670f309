package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.checker.Checker;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A conductor is stopped (SIGSTOP), another takes over when the lease has run out and finishes,
/// and the first wakes up.
@Tag("acceptance")
class PausedTest {

  private static final int NEEDS_PERSON = 4;

  @Test
  void inTheWatch() throws Exception {
    try (Stage stage = Stage.open().with("for: 3s", "for: 20s").up();
        Users users = stage.users(60);
        Checker checker = stage.checker()) {
      Sides sides = Sides.of(stage);
      Running first = stage.start("run");
      stage.journal().awaitRecord("step-started", "watch");
      first.signal("STOP");
      awaitLeaseOver(stage);
      Result second = stage.segue("run");
      assertThat(second.exit()).as(second.all()).isEqualTo(1);
      sides.back();
      wakesUpAndChangesNothing(stage, first);
      sides.back();
      nothingLost(stage, users, checker);
    }
  }

  @Test
  void whileTheSchemaGrows() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(60);
        Checker checker = stage.checker()) {
      Sides sides = Sides.of(stage);
      Running first;
      try (Blocker blocker = Blocker.of(stage)) {
        first = stage.start("run");
        stage.journal().awaitRecord("step-started", "expand-" + Stage.TABLE);
        blocker.stopBetweenTries(first);
      }
      awaitLeaseOver(stage);
      Result second = stage.segue("run");
      assertThat(second.exit()).as(second.all()).isZero();
      sides.live();
      wakesUpAndChangesNothing(stage, first);
      sides.live();
      nothingLost(stage, users, checker);
    }
  }

  @Test
  void onTheWayBack() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(60);
        Checker checker = stage.checker()) {
      Sides sides = Sides.of(stage);
      Result run = stage.segue("run");
      assertThat(run.exit()).as(run.all()).isZero();
      Running first;
      try (Blocker blocker = Blocker.of(stage)) {
        first = stage.start("rollback", "--reason", "to be stopped");
        stage.journal().awaitRecord("step-taking-back", "expand-" + Stage.TABLE);
        blocker.stopBetweenTries(first);
      }
      awaitLeaseOver(stage);
      Result second = stage.segue("rollback");
      assertThat(second.exit()).as(second.all()).isZero();
      // A new run: what the first one was about to take back is there again.
      Result again = stage.segue("run");
      assertThat(again.exit()).as(again.all()).isZero();
      sides.live();
      wakesUpAndChangesNothing(stage, first);
      sides.live();
      nothingLost(stage, users, checker);
    }
  }

  private static void awaitLeaseOver(Stage stage) {
    await("the lease has run out")
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            stage
                .database()
                .asks("select bool_and(expires_at < clock_timestamp()) from segue.lease"));
  }

  private static void wakesUpAndChangesNothing(Stage stage, Running first) throws Exception {
    String definition = stage.database().definition();
    List<String> records = stage.journal().records();
    List<Long> processes = processes(stage);
    String serving = stage.serving();
    first.signal("CONT");
    Result result = first.await();
    System.out.printf("woke up: exit %d%n%s%n", result.exit(), result.all());
    assertThat(stage.database().definition()).isEqualTo(definition);
    assertThat(stage.journal().records()).isEqualTo(records);
    assertThat(processes(stage)).isEqualTo(processes);
    assertThat(stage.serving()).isEqualTo(serving);
    assertThat(result.exit()).as(result.all()).isEqualTo(NEEDS_PERSON);
    assertThat(result.err()).contains("taken over", "segue status").doesNotContain("\tat ");
  }

  private static List<Long> processes(Stage stage) {
    return List.of(stage.routers(), stage.oldVersions(), stage.newVersions()).stream()
        .flatMap(List::stream)
        .map(ProcessHandle::pid)
        .toList();
  }

  private static void nothingLost(Stage stage, Users users, Checker checker) {
    Checker.Findings checked = checker.finish(stage.oldVersion());
    assertThat(checked.violations()).isEmpty();
    assertThat(checked.failures()).isEmpty();
    users.nothingLost(stage.oldVersion());
  }

  /// Somebody who reads the table in a long transaction, so that nobody can change it.
  private record Blocker(Database database, Connection reader) implements AutoCloseable {

    private static final String BUSY =
        """
        select exists (
          select from pg_stat_activity
           where application_name like 'segue: %' and (state <> 'idle' or wait_event_type = 'Lock'))\
        """;

    static Blocker of(Stage stage) throws SQLException {
      Connection reader = stage.database().connect();
      reader.setAutoCommit(false);
      try (Statement s = reader.createStatement()) {
        s.execute("lock table " + Stage.TABLE + " in access share mode");
      }
      return new Blocker(stage.database(), reader);
    }

    /// Stops it when it has no transaction open.
    void stopBetweenTries(Running conductor) {
      await("between two tries")
          .atMost(Duration.ofSeconds(20))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(37))
          .until(() -> {
            conductor.signal("STOP");
            boolean holds = database.asks(BUSY);
            if (holds) {
              conductor.signal("CONT");
            }
            return !holds;
          });
      assertThat(conductor.process().isAlive()).isTrue();
    }

    @Override
    public void close() throws SQLException {
      reader.close();
    }
  }
}
