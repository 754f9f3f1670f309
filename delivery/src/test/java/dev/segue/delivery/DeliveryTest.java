package dev.segue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.segue.change.Check;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.delivery.process.Waiting;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whole deliveries with real processes.
@Timeout(60)
class DeliveryTest extends Scene {

  @Test
  void anIllOldVersionServesOnWhereAPersonInsists() throws Exception {
    HttpServer ill =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), oldPort), 0);
    ill.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(500, -1);
          }
        });
    ill.start();
    try {
      assertThat(gates())
          .filteredOn(Finding::refuses)
          .singleElement()
          .satisfies(f -> assertThat(f.gate()).isEqualTo("old version"))
          .satisfies(f -> assertThat(f.overridable()).isTrue());
      assertThatThrownBy(() -> apply("stand")).hasMessageContaining("not healthy");

      context.journal("gates", Facts.of("overridden_by", "ana@laptop"));
      apply("stand");
      assertThat(context.factsOf("stand").text("old_not_healthy")).isPresent();
      assertThat(observe("stand")).isInstanceOf(Observation.Present.class);
    } finally {
      ill.stop(0);
    }
  }

  @Test
  void carriesTheNewVersionInAndRetiresTheOld() throws Exception {
    assertThat(gates()).extracting(Finding::level).containsOnly(Finding.Level.PASSED);
    assertThat(observe("stand")).isEqualTo(Observation.ABSENT);
    steps().values().forEach(step -> assertThat(step.describe().id()).isEqualTo(step.id()));

    apply("stand");
    assertThat(observe("stand")).isInstanceOf(Observation.Present.class);
    assertThat(served()).isEqualTo("old");
    ended("old", 1);
    apply("baseline");
    assertThat(context.factsOf("baseline").number("requests")).hasValue(1L);
    assertThat(Instant.parse(context.factsOf("baseline").text("counted_since").orElseThrow()))
        .as("when the router started")
        .isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(context.factsOf("baseline").text("health").orElseThrow()).contains("status=healthy");

    assertThat(observe("start-new")).isEqualTo(Observation.ABSENT);
    apply("start-new");
    assertThat(observe("start-new")).isInstanceOf(Observation.Present.class);
    assertThat(served()).isEqualTo("old");

    assertThat(observe("switch")).isEqualTo(Observation.ABSENT);
    apply("switch");
    assertThat(observe("switch")).isInstanceOf(Observation.Present.class);
    assertThat(served()).isEqualTo("new");
    step("switch").renew(context);
    assertThat(observe("stand")).isInstanceOf(Observation.Present.class);

    apply("drain", "verify");
    assertThat(observe("drain")).isInstanceOf(Observation.Present.class);
    assertThat(observe("settle")).isEqualTo(Observation.ABSENT);
    apply("settle");
    assertThat(observe("settle")).isInstanceOf(Observation.Present.class);
    assertThat(observe("retire")).isEqualTo(Observation.ABSENT);
    apply("retire");
    assertThat(observe("retire")).isInstanceOf(Observation.Present.class);

    assertThat(served()).isEqualTo("new");
    assertThat(standing().look().instances().getFirst().holder()).isNull();
    standing().up(Waiting.plain(), what -> {});
    assertThat(served()).isEqualTo("new");
    assertThat(gates())
        .filteredOn(f -> f.level() == Finding.Level.REFUSED)
        .extracting(Finding::gate)
        .containsExactly("router");
  }

  @Test
  void goesBackAsItCame() throws Exception {
    oldRuns();
    apply("stand", "start-new", "switch", "drain");
    assertThat(served()).isEqualTo("new");

    Facts facts = step("switch").takeBack(context);

    assertThat(facts.number("restored_at")).isPresent();
    assertThat(facts.number("in_flight_left")).hasValue(0L);
    assertThat(served()).isEqualTo("old");
    assertThat(observe("switch")).isEqualTo(Observation.ABSENT);
    step("start-new").takeBack(context);
    assertThat(observe("start-new")).isEqualTo(Observation.ABSENT);
    step("stand").takeBack(context);
    assertThat(served()).isEqualTo("old");
    step("switch").takeBack(context);
    step("start-new").takeBack(context);
  }

  @Test
  void noticesThatTheRouterWentBackByItself() throws Exception {
    oldRuns();
    deadMan = Duration.ofMillis(400);
    apply("stand", "start-new", "switch");
    await().until(() -> served().equals("old"));

    assertThat(observe("switch"))
        .isInstanceOfSatisfying(
            Observation.Absent.class,
            absent -> assertThat(absent.why()).contains("dead man's switch fired"));
    assertThatThrownBy(() -> step("switch").renew(context))
        .hasMessageContaining("dead man's switch fired");
    Facts facts = step("switch").takeBack(context);
    assertThat(facts.text("dead_man")).isPresent();
  }

  @Test
  void adoptsAnOldVersionThatRunsAndDoesNotStopIt() throws Exception {
    try (TestApp stranger = new TestApp(oldPort, "stranger")) {
      assertThat(gates())
          .extracting(Finding::message)
          .contains("it is healthy on " + stranger.address());
      apply("stand", "start-new", "switch", "drain", "settle");

      assertThat(observe("retire")).isInstanceOf(Observation.Absent.class);
      assertThatThrownBy(() -> apply("retire"))
          .hasMessageContaining("which Segue did not start")
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.remedy()).contains("segue finish"));
      assertThat(stranger.port()).isEqualTo(oldPort);
    }
    assertThat(observe("retire")).isInstanceOf(Observation.Present.class);
  }

  @Test
  void aTakenPortIsRefusedWithItsHolder() {
    try (TestApp stranger = new TestApp(newPort, "stranger")) {
      assertThat(gates())
          .filteredOn(f -> f.level() == Finding.Level.REFUSED)
          .singleElement()
          .satisfies(f ->
              assertThat(f.message())
                  .contains(stranger.address(), "pid " + ProcessHandle.current().pid()));
      assertThat(observe("start-new")).isInstanceOf(Observation.Absent.class);
      assertThatThrownBy(() -> apply("start-new"))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("port-taken"));
    }
  }

  @Test
  void aNewVersionThatEndsIsNoticedAtOnce() {
    oldRuns();
    newEnv = Map.of("APP_FAILS", new Secret("yes"));
    apply("stand");

    assertThatThrownBy(() -> apply("start-new"))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("process-ended"))
        .hasMessageContaining("cannot find my settings");
    assertThat(observe("start-new"))
        .isInstanceOfSatisfying(
            Observation.Absent.class,
            absent -> assertThat(absent.why()).contains("cannot find my settings"));
  }

  @Test
  void anOvertakenConductorTouchesNoProcess() throws Exception {
    oldRuns();
    apply("stand", "start-new");
    context.overtaken();

    for (Runnable act :
        List.<Runnable>of(
            () -> step("stand").apply(context),
            () -> step("start-new").apply(context),
            () -> step("start-new").takeBack(context),
            () -> step("switch").apply(context),
            () -> step("switch").renew(context),
            () -> step("switch").takeBack(context),
            () -> step("retire").takeBack(context))) {
      assertThatThrownBy(act::run).isInstanceOf(FencedException.class);
    }
    assertThat(served()).isEqualTo("old");
    assertThat(site().process(version("new", newPort)).running()).isPresent();
  }

  @Test
  void everyFailedCheckIsNamed() {
    oldRuns();
    checks =
        List.of(
            new Check.Http("/fail", expression("status == 200"), Duration.ofSeconds(5)),
            new Check.Http("/name", expression("status == 200"), Duration.ofSeconds(5)),
            new Check.Command("echo no members left; exit 4", Duration.ofSeconds(5)),
            new Check.Command("sleep 30", Duration.ofMillis(200)));
    apply("stand");

    assertThatThrownBy(() -> apply("verify"))
        .hasMessageContaining("3 of 4 checks failed")
        .hasMessageContaining("GET /fail: expected status == 200, and it was 500 broken")
        .hasMessageContaining("expected exit code 0, and it was 4")
        .hasMessageContaining("no members left")
        .hasMessageContaining("sleep 30: expected an end, and it still runs");
  }

  @Test
  void readsFiguresOfTheNewVersionSinceTheSwitch() throws Exception {
    oldRuns();
    apply("stand", "start-new", "switch");
    Source http =
        capability().sources(change(), workspace()).stream()
            .filter(source -> source.name().equals("http"))
            .findFirst()
            .orElseThrow();

    served();
    ended("new", 1);
    assertThat(figures(http))
        .containsEntry("requests", 1L)
        .containsEntry("errors", 0L)
        .containsEntry("error_rate", 0.0)
        .containsEntry("in_flight", 0L)
        .containsKeys("p50", "p95", "p99");
    assertThat(figures(http)).doesNotContainKeys("error_rate", "p95");
    HttpAnswer.get(URI.create("http://127.0.0.1:" + entrance + "/fail"), Duration.ofSeconds(5));
    ended("new", 2);
    assertThat(figures(http)).containsEntry("errors", 1L).containsEntry("error_rate", 1.0);
  }

  private static Map<String, Object> figures(Source source) {
    return ((Reading.Figures) source.read()).values();
  }
}
