package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.checker.Checker;
import dev.segue.testkit.EmbeddedServer;
import dev.segue.testkit.LoadFigures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The database is cut off, and killed and started again, while a change is carried out.
@Tag("acceptance")
class DatabaseDeathTest {

  private static final int REQUESTS_A_SECOND = 60;
  private static final int REFUSED = 3;
  private static final int NEEDS_PERSON = 4;

  private static final String CUT =
      """
      select count(pg_terminate_backend(pid)) from pg_stat_activity
       where application_name like 'segue: %'\
      """;

  /// How long sessions are cut; then the command is left alone.
  private static final Duration CUTTING = Duration.ofSeconds(12);

  @Test
  void everySessionOfSegueIsCutAgainAndAgain() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(REQUESTS_A_SECOND);
        Checker checker = stage.checker();
        Connection cutter = stage.database().connect()) {
      Sides sides = Sides.of(stage);
      Cuts cuts = new Cuts(cutter, new Random(Long.getLong("kills.seed", System.nanoTime())));
      Result run = cuts.whileAt(stage, "run");
      sides.by(run);
      if (run.exit() == 0) {
        Result back = cuts.whileAt(stage, "rollback");
        assertThat(back.exit()).as(back.all()).isZero();
      }
      sides.back();
      Checker.Findings checked = checker.finish(stage.oldVersion());
      System.out.printf(
          "%d sessions cut in %d blows, run ended %d; %s%n",
          cuts.sessions, cuts.blows, run.exit(), checked);
      assertThat(cuts.sessions).isPositive();
      assertThat(checked.violations()).isEmpty();
      assertThat(checked.failures()).isEmpty();
      users.nothingLost(stage.oldVersion());
    }
  }

  /// A knife at the sessions of Segue; those of the application are left alone.
  private static final class Cuts {

    private final Connection cutter;
    private final Random random;
    private long sessions;
    private int blows;

    Cuts(Connection cutter, Random random) {
      this.cutter = cutter;
      this.random = random;
    }

    /// Gives the command, and gives it again when it says that it needs a person, or that a gate
    /// could not be asked.
    Result whileAt(Stage stage, String command) throws Exception {
      Instant end = Instant.now().plus(CUTTING);
      Running running = stage.start(command);
      while (true) {
        boolean over = running.process().waitFor(200 + random.nextLong(600), TimeUnit.MILLISECONDS);
        if (over && hasGivenUp(running.await())) {
          running = stage.start(command);
        } else if (over || Instant.now().isAfter(end)) {
          return running.await();
        }
        cut();
      }
    }

    private static boolean hasGivenUp(Result result) {
      assertThat(result.all()).doesNotContain("\tat ");
      return switch (result.exit()) {
        case NEEDS_PERSON -> {
          assertThat(result.err()).contains("next:");
          yield true;
        }
        case REFUSED -> {
          assertThat(result.all()).contains("connection", "nothing was touched");
          yield true;
        }
        default -> false;
      };
    }

    private void cut() throws SQLException {
      try (Statement s = cutter.createStatement();
          ResultSet row = s.executeQuery(CUT)) {
        row.next();
        sessions += row.getLong(1);
        blows++;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup", "expand-" + Stage.TABLE, "watch"})
  void theServerIsKilledAndComesBack(String during) throws Exception {
    try (EmbeddedServer server = EmbeddedServer.open()) {
      server.createDatabase("members");
      try (Connection connection = server.connect("members")) {
        Stage.SCHEMA.create(connection);
      }
      Database database = new Database(server.port(), "members", "postgres", Database.SECRET);
      try (Stage stage = Stage.on(database).up();
          Users users = stage.users(REQUESTS_A_SECOND);
          Checker checker = stage.checker()) {
        Sides sides = Sides.of(stage);
        Running run = stage.start("run");
        stage.journal().awaitRecord("step-started", during);
        Instant killed = Instant.now();
        server.kill();
        server.start();
        Outage outage = new Outage(killed, Instant.now());
        Result result = run.await();
        int exit = result.exit();
        if (exit == NEEDS_PERSON) {
          assertThat(result.err()).contains("next:").doesNotContain("\tat ");
          result = stage.segue("run");
        }
        sides.by(result);
        users.servedSome();
        Checker.Findings checked = checker.finish(stage.oldVersion());
        LoadFigures seen = users.stop(stage.oldVersion());
        System.out.printf(
            "server killed in %s: exit %d, then %d; away %s; %d failed; %s%n",
            during, exit, result.exit(), outage.lasted(), seen.failed(), checked);
        outage.explains(checked, seen);
      }
    }
  }
}
