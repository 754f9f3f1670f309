package dev.segue.delivery;

import static org.awaitility.Awaitility.await;

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
import dev.segue.change.Watch;
import dev.segue.conductor.Capability;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Waiting;
import dev.segue.delivery.proxy.Standby;
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
import org.junit.jupiter.api.io.TempDir;

/// A change with real processes, of which nothing is left after each test.
abstract class Scene {

  static final Place HERE = new Place("change.yaml", 1, 1);

  @TempDir Path dir;
  final int entrance = TestApp.freePort();
  final int oldPort = TestApp.freePort();
  final int newPort = TestApp.freePort();

  /// Its start takes a second of the machine; only where it matters.
  boolean standby;

  Duration deadMan = Duration.ofSeconds(30);
  Map<String, Secret> newEnv = Map.of();
  List<Check> checks =
      List.of(
          new Check.Http(
              "/name", expression("status == 200 && body == 'new'"), Duration.ofSeconds(5)),
          new Check.Command("echo fine", Duration.ofSeconds(5)));

  @Nullable TestApp adopted;

  /// The old version runs already, here: the quicker way where its process does not matter.
  void oldRuns() {
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

  static Expression expression(String text) {
    return new Expression(text, HERE);
  }

  AppVersion version(String name, int port) {
    return new AppVersion(
        TestApp.command(port, name),
        "127.0.0.1",
        port,
        dir,
        name.equals("new") ? newEnv : Map.of(),
        Duration.ofSeconds(5),
        false);
  }

  Change change() {
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

  Workspace workspace() {
    return new Workspace(
        dir, dir.resolve(".segue"), standby ? Map.of() : Map.of(Standby.COMMAND, Standby.NONE));
  }

  Standing standing() {
    return new Standing(change(), workspace());
  }

  Capability capability() {
    return ServiceLoader.load(Capability.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(DeliveryCapability.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  Map<String, Step> steps() {
    return capability().steps(change(), workspace()).stream()
        .collect(Collectors.toMap(Step::id, Function.identity()));
  }

  Step step(String id) {
    return Objects.requireNonNull(steps().get(id));
  }

  List<Finding> gates() {
    return capability().gates(change(), workspace()).stream()
        .flatMap(gate -> gate.ask(what -> {}).stream())
        .toList();
  }

  String served() throws Exception {
    return HttpAnswer.get(
            URI.create("http://127.0.0.1:" + entrance + "/name"), Duration.ofSeconds(5))
        .body();
  }

  final TestContext context = new TestContext();

  void apply(String... ids) {
    for (String id : ids) {
      Facts facts = step(id).apply(context.in(dir));
      context.journal(id, facts);
    }
  }

  Observation observe(String id) {
    return step(id).observe(context.in(dir));
  }

  Site site() {
    return new Site("rename", Objects.requireNonNull(change().deploy()), workspace());
  }

  /// @return whose process is gone when this returns
  long kill(String name) {
    return kill(site().process(version(name, name.equals("old") ? oldPort : newPort)));
  }

  /// Another one may have taken its place when this returns.
  static long kill(AppProcess process) {
    long pid = process.running().orElseThrow().pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> process.running().filter(one -> one.pid() == pid).isEmpty());
    return pid;
  }

  /// A request is counted a moment after its client has the answer.
  void ended(String backend, long requests) {
    await().until(() -> site().router().counters().of(backend).requests() == requests);
  }
}
