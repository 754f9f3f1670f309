package dev.segue.conductor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.journal.Agreement;
import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.PostgresHome;
import dev.segue.testkit.EmbeddedServer;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The journal's database is stopped while a change is watched, and started again later.
class OutOfReachTest {

  private static final String SOURCE =
      """
      change: a-change
      summary: A change
      deploy:
        router: { proxy: { listen: 8080 } }
        old: { command: "./old", port: 8001 }
        new: { command: "./new", port: 8002 }
        health: { path: /health/ }
        dead-man: 30s
      watch:
        every: 5s
        for: 2m
        roll-back-when: ["http.errors > 10", "http.slow > 0 for 1m"]
      """;

  private static final Duration DOWN_AFTER = Duration.ofSeconds(20);
  private static final Duration UP_AFTER = Duration.ofSeconds(40);

  /// As long as the dead man's switch waits; stopping and starting the server is in it.
  private static final Duration UNNOTICED = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final Rehearsed stage = new Rehearsed();
  private final EmbeddedServer server = EmbeddedServer.open();
  private final List<Long> samples = new ArrayList<>();
  private final List<Instant> renewals = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> journaledAtTheWayBack = new ArrayList<>();
  private Home home;
  private int slow;

  @BeforeEach
  void open() throws Exception {
    server.createDatabase("app");
    home = PostgresHome.open(Chronicle.url(server.port(), "app"), stage);
  }

  @AfterEach
  void close() {
    Agreement.in(home, List.of());
    home.close();
    server.close();
  }

  @Test
  void theWatchGoesOnAndSaysLaterWhatItCouldNotSay() throws Exception {
    Instant begun = stage.now;
    stage.onSleep =
        () -> {
          Duration past = Duration.between(begun, stage.now);
          if (past.equals(DOWN_AFTER)) {
            server.stop();
            slow = 1; // A rule begins to be broken while nobody can write that down.
          }
          if (past.equals(UP_AFTER)) {
            server.start();
          }
          slow = past.compareTo(UP_AFTER.plusSeconds(20)) > 0 ? 0 : slow;
        };
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.DONE));
    }
    assertThat(samples).hasSizeGreaterThan(20);
    assertThat(longestGap()).isLessThan(UNNOTICED);
    assertThat(renewals)
        .anyMatch(at -> at.isAfter(begun.plus(DOWN_AFTER)) && at.isBefore(begun.plus(UP_AFTER)));
    assertThat(warnings).singleElement().asString().contains("out of reach");
    List<Entry> moved =
        home.read("a-change-1").stream().filter(e -> e.kind().equals("rules-moved")).toList();
    assertThat(moved).hasSize(2);
    assertThat(moved.getFirst().at()).isAfterOrEqualTo(begun.plus(UP_AFTER));
    assertThat(moved.getFirst().body()).contains(begun.plus(DOWN_AFTER).toString());
  }

  /// Nothing outward before it is journaled: meanwhile the router, which is not told that anybody
  /// lives, goes back by itself.
  @Test
  void aBreachIsNotActedUponBeforeItIsJournaled() throws Exception {
    Instant begun = stage.now;
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> starting = new ArrayList<>();
      stage.onSleep =
          () -> {
            if (Duration.between(begun, stage.now).equals(DOWN_AFTER)) {
              server.stop();
              stage.errors = 11;
              starting.add(pool.submit(server::start));
            }
          };
      try (Run run = runs().start()) {
        assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
        assertThat(requireNonNull(run.state().course().takeBack()).cause())
            .isEqualTo(Event.Cause.RULE_BREACHED);
      }
      assertThat(starting).hasSize(1);
    }
    assertThat(journaledAtTheWayBack).contains("rule-breached", "take-back-started");
    assertThat(renewals).allMatch(at -> at.isBefore(begun.plus(DOWN_AFTER)));
  }

  private Duration longestGap() {
    long longest = 0;
    for (int i = 1; i < samples.size(); i++) {
      longest = Math.max(longest, samples.get(i) - samples.get(i - 1));
    }
    return Duration.ofNanos(longest);
  }

  private Runs runs() {
    Path file = directory.resolve("change.yaml");
    return new Runs(
        file,
        SOURCE,
        ChangeFile.parse(SOURCE, file, Map.of()),
        home,
        new Surroundings(
            new Workspace(directory, directory.resolve("state"), Map.of()),
            List.of(new Traffic()),
            stage,
            new Ear(),
            "ana",
            "test"));
  }

  private final class Ear implements Listener {

    @Override
    public void sampled(Instant at, Map<String, Reading> readings, RunState state) {
      samples.add(System.nanoTime());
    }

    @Override
    public void warning(String text) {
      warnings.add(text);
    }
  }

  private final class Traffic implements Capability {

    @Override
    public List<GateCheck> gates(Change c, Workspace w) {
      return List.of();
    }

    @Override
    public List<Step> steps(Change c, Workspace w) {
      return List.of(new Switch(stage.step("switch", Stage.SWITCH)));
    }

    @Override
    public List<Source> sources(Change c, Workspace w) {
      return List.of(
          new Source() {
            @Override
            public String name() {
              return "http";
            }

            @Override
            public Reading read() {
              return new Reading.Figures(
                  Map.of("requests", 1000L, "errors", stage.errors, "slow", slow));
            }
          });
    }
  }

  private final class Switch implements Step {

    private final Step step;

    Switch(Step step) {
      this.step = step;
    }

    @Override
    public PlannedStep describe() {
      return step.describe();
    }

    @Override
    public String id() {
      return step.id();
    }

    @Override
    public Stage stage() {
      return step.stage();
    }

    @Override
    public Observation observe(StepContext context) {
      return step.observe(context);
    }

    @Override
    public Facts apply(StepContext context) {
      return step.apply(context);
    }

    @Override
    public Facts takeBack(StepContext context) {
      home.read(context.run()).forEach(e -> journaledAtTheWayBack.add(e.kind()));
      return step.takeBack(context);
    }

    @Override
    public void renew(StepContext context) {
      renewals.add(stage.now);
    }
  }
}
