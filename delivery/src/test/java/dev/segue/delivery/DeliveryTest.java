package dev.segue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.segue.change.AppVersion;
import dev.segue.change.Change;
import dev.segue.change.Check;
import dev.segue.change.Contract;
import dev.segue.change.Deploy;
import dev.segue.change.Expression;
import dev.segue.change.Place;
import dev.segue.change.Rehearsal;
import dev.segue.change.RollbackWindows;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.change.Watch;
import dev.segue.conductor.Capability;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.delivery.process.Waiting;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whole deliveries with real processes.
@Timeout(60)
class DeliveryTest {

  private static final Place HERE = new Place("change.yaml", 1, 1);

  @TempDir Path dir;
  private final int entrance = TestApp.freePort();
  private final int oldPort = TestApp.freePort();
  private final int newPort = TestApp.freePort();
  private Duration deadMan = Duration.ofSeconds(30);
  private Map<String, Secret> newEnv = Map.of();
  private List<Check> checks =
      List.of(
          new Check.Http(
              "/name", expression("status == 200 && body == 'new'"), Duration.ofSeconds(5)),
          new Check.Command("echo fine", Duration.ofSeconds(5)));

  private @Nullable TestApp adopted;

  /// The old version runs already, here: the quicker way where its process does not matter.
  private void oldRuns() {
    adopted = new TestApp(oldPort, "old");
  }

  @AfterEach
  void leaveNothing() {
    if (adopted != null) {
      adopted.close();
    }
    Standing standing = standing();
    standing.routerDown(Waiting.plain());
    standing.stop(version("old", oldPort), Waiting.plain());
    standing.stop(version("new", newPort), Waiting.plain());
  }

  private static Expression expression(String text) {
    return new Expression(text, HERE);
  }

  private AppVersion version(String name, int port) {
    return new AppVersion(
        TestApp.command(port, name),
        "127.0.0.1",
        port,
        dir,
        name.equals("new") ? newEnv : Map.of(),
        Duration.ofSeconds(5),
        false);
  }

  private Change change() {
    Deploy deploy =
        new Deploy(
            Deploy.Strategy.BLUE_GREEN,
            new Deploy.Router.Proxy("127.0.0.1", entrance),
            version("old", oldPort),
            version("new", newPort),
            new Deploy.HealthCheck(
                "/health",
                Duration.ofMillis(100),
                Duration.ofSeconds(15),
                2,
                expression("status == 'healthy'")),
            Duration.ofSeconds(5),
            deadMan);
    return new Change(
        "rename",
        "",
        null,
        List.of(),
        new Rehearsal(false, null, null),
        null,
        List.of(),
        deploy,
        checks,
        new Watch(Duration.ofSeconds(1), Duration.ofSeconds(10), "/health", List.of()),
        new RollbackWindows(Duration.ofMinutes(5), Duration.ofMinutes(30)),
        new Contract(Duration.ofDays(1)));
  }

  private Workspace workspace() {
    return new Workspace(dir, dir.resolve(".segue"), Map.of());
  }

  private Standing standing() {
    return new Standing(change(), workspace());
  }

  private Capability capability() {
    return ServiceLoader.load(Capability.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(DeliveryCapability.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  private Map<String, Step> steps() {
    return capability().steps(change(), workspace()).stream()
        .collect(Collectors.toMap(Step::id, Function.identity()));
  }

  private Step step(String id) {
    return Objects.requireNonNull(steps().get(id));
  }

  private List<Finding> gates() {
    return capability().gates(change(), workspace()).stream()
        .flatMap(gate -> gate.ask(what -> {}).stream())
        .toList();
  }

  private String served() throws Exception {
    return HttpAnswer.get(
            URI.create("http://127.0.0.1:" + entrance + "/name"), Duration.ofSeconds(5))
        .body();
  }

  private final TestContext context = new TestContext();

  private void apply(String... ids) {
    for (String id : ids) {
      Facts facts = step(id).apply(context.in(dir));
      context.journal(id, facts);
    }
  }

  private Observation observe(String id) {
    return step(id).observe(context.in(dir));
  }

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
  void aRouterThatIsKilledIsBroughtUpWhereItWas() throws Exception {
    oldRuns();
    apply("stand", "start-new", "switch");
    long pid = new RouterProcess(site()).process().running().orElseThrow().pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await().until(() -> standing().look().listening() == null);

    assertThat(observe("switch"))
        .isEqualTo(new Observation.Partial("the router does not answer", true));
    standing().up(Waiting.plain(), what -> {});

    assertThat(served()).isEqualTo("new");
    assertThat(step("switch").takeBack(context).number("restored_at")).isPresent();
    assertThat(served()).isEqualTo("old");
  }

  private Site site() {
    return new Site("rename", Objects.requireNonNull(change().deploy()), workspace());
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
    assertThat(observe("start-new")).isEqualTo(Observation.ABSENT);
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

  /// A request is counted a moment after its client has the answer.
  private void ended(String backend, long requests) {
    await().until(() -> site().router().counters().of(backend).requests() == requests);
  }

  private static Map<String, Object> figures(Source source) {
    return ((Reading.Figures) source.read()).values();
  }
}
