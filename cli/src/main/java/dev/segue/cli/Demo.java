package dev.segue.cli;

import dev.segue.change.AppVersion;
import dev.segue.change.Change;
import dev.segue.change.Deploy;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.cli.ChangeArguments.Target;
import dev.segue.cli.Narration.Line;
import dev.segue.cli.Narration.Tone;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Standstill;
import dev.segue.delivery.Standing;
import dev.segue.delivery.process.Waiting;
import dev.segue.examples.members.MembersSchema;
import dev.segue.examples.members.MembersTraffic;
import dev.segue.testkit.EmbeddedServer;
import dev.segue.testkit.LoadFigures;
import dev.segue.testkit.OpenLoopLoad;
import dev.segue.testkit.WriteChecker;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The demo as a play: a server, an application, users; then the change, the way back by hand, and
/// the change again with a version that fails.
final class Demo implements AutoCloseable {

  private static final String DATABASE = "members";
  private static final int MEMBERS = 80;
  private static final Duration WARM = Duration.ofSeconds(5);
  private static final Duration BEFORE = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Terminal terminal;
  private final Thread interrupted = new Thread(this::interrupted, "segue-demo-interrupted");
  private final Screen screen;
  private final Path example;
  private final Path place;
  private final MembersSchema schema;
  private final int rate;
  private final List<Path> reports = new ArrayList<>();
  private @Nullable EmbeddedServer server;
  private volatile @Nullable OpenLoopLoad load;
  private @Nullable Desk stage;

  Demo(Terminal terminal, boolean json, Path example, Path place, int rows, int rate) {
    this.terminal = terminal;
    this.example = example;
    this.place = place;
    this.schema = new MembersSchema(rows, MEMBERS);
    this.rate = rate;
    // With --json people's text goes to the other stream.
    this.screen =
        new Screen(
            json
                ? new Terminal(terminal.err(), terminal.err(), terminal.environment(), false)
                : terminal);
    screen.block(this::traffic);
    Runtime.getRuntime().addShutdownHook(interrupted);
  }

  /// Ctrl-C: what the demo started lives in sessions of its own and would stay.
  private void interrupted() {
    terminal
        .err()
        .println("\nsegue: interrupted; stopping what the demo started. Logs stay in " + place);
    stop();
  }

  DemoFigures play() {
    say("This machine, real parts, windows shortened to seconds. Logs in " + place);
    Terminal prepared = prepare();
    DemoFigures.Crossing crossing = crossing(prepared);
    DemoFigures.TakeBack takeBack =
        crossing.carriedOut() ? takeBack(prepared) : DemoFigures.TakeBack.NONE;
    screen.close();
    return new DemoFigures(SegueCommand.Version.text(), crossing, takeBack, place, reports);
  }

  /// Starts the server, loads the tables, and brings up the router with the old version behind it.
  private Terminal prepare() {
    say("starting PostgreSQL …");
    EmbeddedServer started = EmbeddedServer.open();
    server = started;
    try {
      started.createDatabase(DATABASE);
      try (Connection connection = started.connect(DATABASE)) {
        say(String.format(Locale.ROOT, "loading %,d person links …", schema.people()));
        schema.create(connection);
      }
    } catch (SQLException e) {
      throw new SegueException(
          Kind.EXTERNAL, "demo-database", "The demo's database: " + e.getMessage(), null, e);
    }
    Map<String, String> environment = new LinkedHashMap<>(terminal.environment());
    environment.put("DATABASE_URL", started.url(DATABASE));
    environment.put("SEGUE_BACKUPS", place.resolve("backups").toString());
    FreePorts ports = FreePorts.find(3);
    environment.put("SEGUE_PORT", ports.text(0));
    environment.put("SEGUE_OLD_PORT", ports.text(1));
    environment.put("SEGUE_NEW_PORT", ports.text(2));
    Terminal prepared = new Terminal(terminal.out(), terminal.err(), environment, terminal.live());
    Desk desk = Desk.open(target("change.yaml"), prepared, new Listener() {});
    stage = desk;
    say("starting the router and the old version behind it …");
    new Standing(desk.change(), desk.workspace()).up(Waiting.plain(), what -> {});
    return prepared;
  }

  private DemoFigures.Crossing crossing(Terminal prepared) {
    OpenLoopLoad users = users();
    title("1  The change, while " + rate + " requests a second come through the router");
    // A cold application is slow in its first seconds; that is not what is compared.
    users.phase("warming up");
    await(() -> users.figures().lasted().compareTo(WARM) >= 0);
    users.phase("before");
    await(() -> users.figures().lasted().compareTo(WARM.plus(BEFORE)) >= 0);
    users.phase("during");
    try (Desk desk = open("change.yaml", prepared);
        Run run = desk.runs().start()) {
      Standstill end = run.proceed();
      RunState state = run.state();
      await(() -> users.figures().requests() >= DemoFigures.ENOUGH_REQUESTS);
      LoadFigures seen = users.stop();
      reports.add(ReportFiles.write(desk, state));
      boolean live = end instanceof Standstill.Resting;
      long lost = lost(run.change(), users, live);
      return new DemoFigures.Crossing(
          live,
          seen.requests(),
          seen.failed(),
          lost,
          seen.phase("before").latency().p99(),
          seen.phase("during").latency().p99(),
          longestLock(state),
          Duration.between(state.startedAt(), at(state, "watch")).toMillis() / 1000.0);
    }
  }

  private DemoFigures.TakeBack takeBack(Terminal prepared) {
    OpenLoopLoad users = users();
    title("2  Taken back by hand, under the same load");
    long byHand;
    try (Desk desk = open("change.yaml", prepared);
        Run run = desk.runs().resume().orElseThrow()) {
      Instant asked = Instant.now();
      run.takeBack(Event.Cause.BY_HAND, "to show the way back", false);
      byHand = Duration.between(asked, Instant.now()).toMillis();
    }
    title("3  Again, with a new version that begins to fail after the switch");
    users.phase("failing");
    try (Desk desk = open("change-failing.yaml", prepared);
        Run run = desk.runs().start()) {
      Standstill end = run.proceed();
      RunState state = run.state();
      await(() -> users.figures().requests() >= DemoFigures.ENOUGH_REQUESTS);
      LoadFigures seen = users.stop();
      reports.add(ReportFiles.write(desk, state));
      return turned(end, state, seen, lost(run.change(), users, false), byHand);
    }
  }

  private DemoFigures.TakeBack turned(
      Standstill end, RunState state, LoadFigures seen, long lost, long byHand) {
    long bad = seen.version("new").failed();
    Instant broken = Objects.requireNonNullElse(state.trial().brokenAt(), state.startedAt());
    Instant first =
        seen.firstFailures().stream()
            .filter(f -> f.version().equals("new"))
            .map(LoadFigures.Failure::at)
            .findFirst()
            .orElse(broken);
    long restored =
        state.step("switch").takeBackFacts().number("restored_at").orElse(Long.MAX_VALUE)
            - broken.toEpochMilli();
    return new DemoFigures.TakeBack(
        end.equals(new Standstill.Over(Outcome.TAKEN_BACK)) && state.trial().breach() != null,
        seen.requests(),
        seen.failed() - bad,
        bad,
        lost,
        byHand,
        Duration.between(first, broken).toMillis(),
        restored);
  }

  private static Instant at(RunState state, String step) {
    return Objects.requireNonNullElse(state.step(step).forwards().ended(), Instant.now());
  }

  private static double longestLock(RunState state) {
    return state.inOrder().stream()
        .flatMap(s -> java.util.stream.Stream.of(s.facts(), s.takeBackFacts()))
        .map(f -> f.values().get("lock_ms"))
        .filter(Number.class::isInstance)
        .mapToDouble(n -> ((Number) n).doubleValue())
        .max()
        .orElse(0);
  }

  /// Acknowledged writes that a version which is up does not know.
  private static long lost(Change change, OpenLoopLoad users, boolean both) {
    Deploy deploy = Objects.requireNonNull(change.deploy());
    WriteChecker checker = MembersTraffic.CHECKER;
    Map<String, String> acknowledged = users.ledger().acknowledged();
    long lost = checker.check(base(deploy.oldVersion()), acknowledged).lostWrites();
    return both
        ? Math.max(lost, checker.check(base(deploy.newVersion()), acknowledged).lostWrites())
        : lost;
  }

  private static URI base(AppVersion version) {
    return URI.create("http://" + version.host() + ":" + version.port() + "/");
  }

  private OpenLoopLoad users() {
    Desk desk = Objects.requireNonNull(stage);
    Deploy.Router.Proxy router =
        (Deploy.Router.Proxy) Objects.requireNonNull(desk.change().deploy()).router();
    OpenLoopLoad users =
        OpenLoopLoad.start(
            URI.create("http://" + router.host() + ":" + router.listen() + "/"),
            new MembersTraffic(schema, new Random()),
            OpenLoopLoad.Options.perSecond(rate).versionedBy(MembersTraffic.VERSION_HEADER));
    load = users;
    return users;
  }

  private Desk open(String file, Terminal prepared) {
    RunScreen story = new RunScreen(screen, Duration.ofSeconds(30));
    Target target = target(file);
    return Desk.open(
        target,
        prepared,
        new Conducting.Everyone(List.of(story, new SampleLog(target.state(), this::say))));
  }

  private Target target(String file) {
    return new Target(example.resolve(file), example, place, null, "");
  }

  private List<String> traffic() {
    OpenLoopLoad users = load;
    if (users == null) {
      return List.of();
    }
    OpenLoopLoad.Glance glance = users.glance();
    return List.of(
        String.format(
            Locale.ROOT,
            "  ⇄ %,d requests, %,d failed, %d in flight; last seconds: p50 %.1f ms, p99 %.1f ms",
            glance.requests(),
            glance.failed(),
            glance.inFlight(),
            glance.last().latency().p50(),
            glance.last().latency().p99()));
  }

  private void say(String text) {
    screen.line(new Line(Tone.QUIET, "·", text));
  }

  private void title(String text) {
    screen.text("");
    screen.line(new Line(Tone.PLAIN, "━━", text));
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static void takeDown(Desk desk) {
    Standing standing = new Standing(desk.change(), desk.workspace());
    Deploy deploy = Objects.requireNonNull(desk.change().deploy());
    standing.routerDown(Waiting.plain());
    standing.stop(deploy.newVersion(), Waiting.plain());
    standing.stop(deploy.oldVersion(), Waiting.plain());
  }

  /// Stops what it started; the reports and logs stay.
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    } catch (IllegalStateException e) {
      return; // the hook is at it
    }
    stop();
  }

  private synchronized void stop() {
    screen.close();
    if (load != null) {
      load.close();
    }
    if (stage != null) {
      takeDown(stage);
      stage.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
