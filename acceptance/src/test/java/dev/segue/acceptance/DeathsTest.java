package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.checker.Checker;
import dev.segue.testkit.LoadFigures;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Others than the conductor are killed: the router, and the version that users were just sent to.
@Tag("acceptance")
class DeathsTest {

  private static final int REQUESTS_A_SECOND = 60;

  /// Longer than the automatic way back needs, so that it is the death that ends the run.
  private static final String LONG_WATCH = "for: 20s";

  @ParameterizedTest
  @ValueSource(strings = {"expand-" + Stage.TABLE, "watch"})
  void theRouterIsKilled(String during) throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(REQUESTS_A_SECOND);
        Checker checker = stage.checker()) {
      Sides sides = Sides.of(stage);
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", during);
      Outage outage = new Outage(kill(stage.routers()), servedAgain(stage));
      Result result = run.await();
      sides.by(result);
      assertThat(stage.routers()).isNotEmpty();
      users.servedSome();
      Checker.Findings checked = checker.finish(stage.oldVersion());
      LoadFigures seen = users.stop(stage.oldVersion());
      System.out.printf(
          "router killed in %s: exit %d; away %s; %d failed; %s%n",
          during, result.exit(), outage.lasted(), seen.failed(), checked);
      // What the killed process had in hand may fail; who came later waited for its successor.
      new Outage(outage.from(), outage.from().plus(IN_HAND)).explains(checked, seen);
    }
  }

  @Test
  void theNewVersionIsKilledInTheWatch() throws Exception {
    try (Stage stage = Stage.open().with("for: 3s", LONG_WATCH).up();
        Users users = stage.users(REQUESTS_A_SECOND);
        Checker checker = stage.checker()) {
      Sides sides = Sides.of(stage);
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", "watch");
      users.servedSome();
      Instant killed = kill(stage.newVersions());
      Result result = run.await();
      Duration took = Duration.between(killed, Instant.now());
      assertThat(result.exit()).as(result.all()).isEqualTo(1);
      sides.back();
      users.servedSome();
      Checker.Findings checked = checker.finish(stage.oldVersion());
      LoadFigures seen = users.stop(stage.oldVersion());
      System.out.printf(
          "new version killed: taken back in %s; %d failed; %s%n", took, seen.failed(), checked);
      assertThat(took).isLessThan(Duration.ofSeconds(10));
      // What the killed process had in hand may fail; whatever came later goes to the old version.
      new Outage(killed, killed.plus(IN_HAND)).explains(checked, seen);
    }
  }

  /// A request is on its way for so long before the version that carries it out has it.
  private static final Duration IN_HAND = Duration.ofMillis(250);

  private static Instant kill(List<ProcessHandle> processes) {
    assertThat(processes).isNotEmpty();
    Instant now = Instant.now();
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(p -> p.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    return now;
  }

  private static Instant servedAgain(Stage stage) {
    await("somebody serves")
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> !stage.serving().isEmpty());
    return Instant.now();
  }
}
