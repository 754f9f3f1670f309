package dev.segue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Observation;
import dev.segue.delivery.process.Waiting;
import dev.segue.delivery.proxy.Router;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Processes that die while they are needed.
@Timeout(60)
class KilledProcessesTest extends Scene {

  @Test
  void aStandbyTakesThePlaceOfARouterThatIsKilled() throws Exception {
    standby = true;
    oldRuns();
    apply("stand", "start-new", "switch");
    RouterProcess router = new RouterProcess(site());
    Router.State before = site().router().state();
    standsBy(router, 1);
    try (SteadyLoad load = new SteadyLoad(entrance, 200)) {
      load.until(200);
      long standby = router.standby().running().orElseThrow().pid();

      long killed = System.nanoTime();
      kill(router.process());

      assertThat(site().router().state()).as("orders wait for the standby").isEqualTo(before);
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> load.answeredSince(killed).isPresent());
      load.stop();
      System.out.printf(
          "router killed under 200 requests a second: first answer after %d ms, %d of %d failed%n",
          load.answeredSince(killed).orElseThrow().toMillis(), load.failed(), load.sent());
      assertThat(router.process().running().orElseThrow().pid()).isEqualTo(standby);
      assertThat(load.answeredSince(killed).orElseThrow()).isLessThan(Duration.ofSeconds(5));
    }

    assertThatThrownBy(() -> site().router().renew(0)).isInstanceOf(FencedException.class);
    step("switch").renew(context);
    assertThat(step("switch").takeBack(context).number("restored_at")).isPresent();
    assertThat(served()).isEqualTo("old");

    standsBy(router, 2);
    standing().routerDown(Waiting.plain());
    assertThat(router.standby().running()).isEmpty();
    assertThat(standing().look().listening()).isNull();
    assertThat(site().entrance().isFree()).isTrue();
  }

  @Test
  void aStandbyGoesBackAtOnceWhenTheTimeOfTheDeadMansSwitchIsOver() throws Exception {
    standby = true;
    oldRuns();
    deadMan = Duration.ofSeconds(3);
    apply("stand");
    RouterProcess router = new RouterProcess(site());
    standsBy(router, 1);
    site()
        .router()
        .route(Site.NEW, site().newAddress(), 1, new Router.Lease(Site.OLD, deadMan.toMillis()));
    ProcessHandle standby =
        ProcessHandle.of(router.standby().running().orElseThrow().pid()).orElseThrow();
    signal(standby, "STOP");
    kill(router.process());
    long dead = System.nanoTime();
    await().until(() -> System.nanoTime() - dead > deadMan.toNanos());

    signal(standby, "CONT");

    await().ignoreExceptions().until(() -> served().equals("old"));
    assertThat(site().router().counters().of("new").requests()).isZero();
    assertThat(observe("switch"))
        .isInstanceOfSatisfying(
            Observation.Absent.class,
            absent -> assertThat(absent.why()).contains("dead man's switch fired"));
  }

  @Test
  void aRouterThatIsStoppedOrHangsIsNotSucceeded() throws Exception {
    standby = true;
    oldRuns();
    apply("stand");
    RouterProcess router = new RouterProcess(site());
    standsBy(router, 1);
    ProcessHandle process =
        ProcessHandle.of(router.process().running().orElseThrow().pid()).orElseThrow();

    signal(process, "STOP");
    await()
        .during(Duration.ofSeconds(1))
        .until(() -> router.process().running().orElseThrow().pid() == process.pid());
    signal(process, "CONT");
    assertThat(served()).isEqualTo("old");

    process.destroy();
    await().until(() -> router.process().running().isEmpty());
    assertThat(router.standby().running()).isEmpty();
    assertThat(site().entrance().isFree()).isTrue();
  }

  /// Waits until so many standbys in all have said that they are ready.
  private static void standsBy(RouterProcess router, int times) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> Files.readString(router.process().log()).split("standing by", -1).length > times);
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void aRouterThatIsKilledIsBroughtUpWhereItWas() throws Exception {
    oldRuns();
    apply("stand", "start-new", "switch");
    RouterProcess router = new RouterProcess(site());
    kill(router.process());
    await().until(() -> standing().look().listening() == null);

    assertThat(observe("switch"))
        .isEqualTo(new Observation.Partial("the router does not answer", true));
    standing().up(Waiting.plain(), what -> {});

    assertThat(served()).isEqualTo("new");
    assertThat(step("switch").takeBack(context).number("restored_at")).isPresent();
    assertThat(served()).isEqualTo("old");
  }

  @Test
  void aNewVersionThatIsKilledCostsOnlyWhatItWasAnsweringAndIsNoticed() throws Exception {
    oldRuns();
    apply("stand", "start-new", "switch");
    step("start-new").renew(context);
    try (Clients clients = new Clients(entrance, 8)) {
      clients.until(500);
      long pid = kill("new");

      assertThatThrownBy(() -> step("start-new").renew(context))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("process-ended"))
          .hasMessageContaining("pid " + pid);
      assertThat(observe("start-new"))
          .isInstanceOfSatisfying(
              Observation.Absent.class,
              absent -> assertThat(absent.why()).contains("pid " + pid + ", ended by itself"));
      clients.until(clients.answered() + 500);
      clients.stop();

      Router.Tally tally = site().router().counters().of("new");
      System.out.printf(
          "new version killed under %d clients: %d requests went to the old one, failed: %s%n",
          8, tally.diverted(), clients.failures());
      assertThat(tally.diverted()).isPositive();
      assertThat(clients.failures())
          .hasSizeLessThanOrEqualTo(8)
          .allMatch(f -> f.startsWith("POST"));
      assertThat(tally.unanswered() - tally.diverted()).isEqualTo(clients.failures().size());
    }
    step("switch").takeBack(context);
    assertThat(site().router().state().standIn()).isNull();
  }

  @Test
  void anOldVersionThatDiesWhileItIsTheWayBackIsStartedAgain() throws Exception {
    apply("stand", "start-new", "switch");
    step("stand").renew(context);
    long pid = kill("old");

    assertThatThrownBy(() -> step("stand").renew(context))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("process-ended"))
        .hasMessageContaining("was started again as pid")
        .hasMessageContaining("pid " + pid + ", ended by itself");

    assertThat(observe("stand")).isInstanceOf(Observation.Present.class);
    await().until(() -> site().health(version("old", oldPort)).complaint().isEmpty());
    step("stand").renew(context);
    assertThat(served()).isEqualTo("new");
    step("switch").takeBack(context);
    assertThat(served()).isEqualTo("old");
  }

  @Test
  void anOldVersionThatSegueDidNotStartIsMissedAndNotStarted() {
    oldRuns();
    apply("stand", "start-new", "switch");
    step("stand").renew(context);
    Objects.requireNonNull(adopted).close();

    assertThatThrownBy(() -> step("stand").renew(context))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("old-not-there"));
    assertThat(site().process(version("old", oldPort)).running()).isEmpty();
  }
}
