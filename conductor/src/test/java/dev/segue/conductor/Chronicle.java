package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.journal.FileHome;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.PostgresHome;
import dev.segue.conductor.journal.Request;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A change with a history: five runs that between them write every kind of record, carried out by
/// the conductor in a world of names. What it wrote in each released version is kept under
/// `src/test/resources/journals`, and read by [OldJournalsTest].
final class Chronicle implements Time {

  static final String CHANGE = "rename-member-column";

  private static final Instant NIGHT = Instant.parse("2026-03-01T02:00:00.123456Z");

  private static final String SOURCE =
      """
      change: rename-member-column
      summary: Person links say bm_parliament_member instead of fahanie_cares_member
      deploy:
        router: { proxy: { listen: 8080 } }
        old: { command: "./members 8001", port: 8001 }
        new: { command: "./members 8002 --größe", port: 8002 }
        health: { path: /health/ }
        dead-man: 30s
      watch:
        every: 10s
        for: 1m
        roll-back-when: ["http.errors > 10", "http.p95 > 2s for 30s"]
      """;

  /// Not an exception on purpose: nothing in the conductor may catch it.
  private static final class KilledError extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Path directory;
  private final Home home;
  private final Set<String> world = new HashSet<>();
  private @Nullable String stuck;
  private boolean refused;
  private boolean dies;
  private boolean slow;
  private Instant now = NIGHT;

  /// @param opened told the time
  Chronicle(Path directory, Function<InstantSource, Home> opened) {
    this.directory = directory;
    this.home = opened.apply(this);
  }

  /// `file DIRECTORY`, or `postgres PORT DATABASE`.
  public static void main(String... args) throws IOException {
    Path directory = Files.createTempDirectory("chronicle");
    Chronicle chronicle =
        new Chronicle(
            directory,
            clock ->
                args[0].equals("file")
                    ? FileHome.open(Path.of(args[1]), clock)
                    : PostgresHome.open(url(Integer.parseInt(args[1]), args[2]), clock));
    try (chronicle.home) {
      chronicle.write();
    }
  }

  static DatabaseUrl url(int port, String database) {
    return new DatabaseUrl("127.0.0.1", port, database, "postgres", null, Map.of());
  }

  /// Goes on with the run that was left in its watch, in the world it left.
  RunState goOn() {
    now = NIGHT.plus(Duration.ofMinutes(3));
    world.addAll(List.of("expand-personlink", "start-new", "switch"));
    try (Run run = runs().resume().orElseThrow()) {
      run.proceed();
      return run.state();
    }
  }

  Home home() {
    return home;
  }

  private void write() {
    refusedByAGate();
    driftedAndStuck();
    brokenRule();
    carriedOutAndFinished();
    stillWatchedOver();
  }

  private void refusedByAGate() {
    refused = true;
    try (Run run = runs().start()) {
      run.proceed();
    }
    refused = false;
  }

  private void driftedAndStuck() {
    killedInTheWatch();
    world.remove("switch"); // The dead man's switch fired.
    stuck = "start-new";
    try (Run run = runs().resume().orElseThrow()) {
      run.proceed();
      stuck = null;
      run.takeBack(Event.Cause.BY_HAND, "the port is free again", false);
    }
  }

  private void killedInTheWatch() {
    dies = true;
    try (Run run = runs().start()) {
      run.proceed();
    } catch (KilledError planned) {
      dies = false;
    }
  }

  private void brokenRule() {
    slow = true;
    try (Run run = runs().start()) {
      run.proceed();
    }
    slow = false;
  }

  private void carriedOutAndFinished() {
    try (Run run = runs().start()) {
      run.proceed();
      ask(run, "ask-1", Run.FINISH, "agreed with the DBA, \"at once\"");
      run.rest(now.plus(Duration.ofHours(1)));
    }
    world.clear();
  }

  private void stillWatchedOver() {
    killedInTheWatch();
    home.request(
        CHANGE + "-5", new Request("ask-2", now, "bo@desk", Run.TAKE_BACK, "odd\nanswers"));
  }

  private void ask(Run run, String id, String kind, String reason) {
    home.request(run.state().run(), new Request(id, now, "bo@desk", kind, reason));
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    if (dies) {
      throw new KilledError();
    }
    now = now.plus(duration);
  }

  private Runs runs() {
    Path file = directory.resolve("change.yaml");
    Change change = ChangeFile.parse(SOURCE, file, Map.of());
    return new Runs(
        file,
        SOURCE,
        change,
        home,
        new Surroundings(
            new Workspace(directory, directory.resolve("state"), Map.of()),
            List.of(new Names()),
            this,
            new Listener() {},
            "ana@desk",
            "0.1.0"));
  }

  private final class Names implements Capability {

    @Override
    public List<GateCheck> gates(Change c, Workspace w) {
      List<Finding> findings = new ArrayList<>();
      findings.add(Finding.passed("schema", "PostgreSQL 18"));
      findings.add(Finding.warning("rehearsal", "no statement is known", "rehearsal.old"));
      if (refused) {
        findings.add(Finding.refused("health", "it says errors = 3", "Mend it first."));
      }
      return List.of(progress -> findings);
    }

    @Override
    public List<Step> steps(Change c, Workspace w) {
      return List.of(
          new Name("expand-personlink", Stage.EXPAND),
          new Name("start-new", Stage.START),
          new Name("switch", Stage.SWITCH),
          new Name("settle", Stage.SETTLE),
          new Name("contract-personlink", Stage.CONTRACT));
    }

    @Override
    public List<Source> sources(Change c, Workspace w) {
      return List.of(new Figures());
    }
  }

  private final class Figures implements Source {

    @Override
    public String name() {
      return "http";
    }

    @Override
    public Reading read() {
      Duration p95 = Duration.ofMillis(slow && world.contains("switch") ? 3000 : 12);
      return new Reading.Figures(Map.of("requests", 1000L, "errors", 0L, "p95", p95));
    }
  }

  /// A step whose effect is that its name stands in the world.
  private final class Name implements Step {

    private final String id;
    private final Stage stage;

    Name(String id, Stage stage) {
      this.id = id;
      this.stage = stage;
    }

    @Override
    public PlannedStep describe() {
      return new PlannedStep(
          id,
          stage,
          "Do " + id,
          List.of(
              new Statement("ALTER TABLE personlink", "ACCESS EXCLUSIVE on personlink", null),
              new Statement("GET http://127.0.0.1:8002/health/", null, "3 good answers in a row")),
          "Undo " + id,
          "The old version serves");
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Stage stage() {
      return stage;
    }

    @Override
    public Observation observe(StepContext context) {
      return world.contains(id) ? Observation.present() : Observation.ABSENT;
    }

    @Override
    public Facts apply(StepContext context) {
      world.add(id);
      return Facts.of("lock_ms", 12.5)
          .with("rows_estimate", 50_000L)
          .with("table", "personlink")
          .with("whole", true)
          .with("columns", List.of(Map.of("from", "a", "to", "b")));
    }

    @Override
    public Facts takeBack(StepContext context) {
      if (id.equals(stuck)) {
        throw new SegueException(
            Kind.RESOURCES, "port-taken", "port 8002 is held by pid 7", "Stop that process.");
      }
      world.remove(id);
      return Facts.of("lock_ms", 3.25);
    }
  }
}
