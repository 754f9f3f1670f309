package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.Watch;
import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Moment;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepState;
import dev.segue.conductor.StepState.Status;
import dev.segue.conductor.Windows;
import dev.segue.conductor.journal.Entry;
import dev.segue.report.Report;
import dev.segue.report.Report.Ending;
import dev.segue.report.Report.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A run's journal as a report: a pure function.
final class RunReport {

  private static final double LONGEST_LOCK_MS = 500;

  private final Change change;
  private final RunState state;
  private final List<Entry> entries;
  private final String home;
  private final String file;

  /// @param home where the journal is kept, in words
  /// @param file the change file, as commands name it
  RunReport(Change change, RunState state, List<Entry> entries, String home, String file) {
    this.change = change;
    this.state = state;
    this.entries = entries;
    this.home = home;
    this.file = file;
  }

  Report of(List<Report.Sample> samples) {
    return new Report(
        run(),
        gates(),
        state.inOrder().stream().map(this::step).toList(),
        locks(),
        watch(),
        samples,
        stage(Stage.BACKUP).map(s -> s.facts().values()).orElse(Map.of()),
        wayBack(),
        figures(samples),
        entries.stream().map(this::entry).toList(),
        next());
  }

  private java.util.Optional<StepState> stage(Stage stage) {
    return state.inOrder().stream().filter(s -> s.step().stage() == stage).findFirst();
  }

  private Report.Run run() {
    return new Report.Run(
        state.start().change(),
        state.start().summary(),
        state.run(),
        result(),
        words(),
        state.startedAt(),
        state.course().endedAt(),
        state.start().by(),
        state.start().segueVersion(),
        home);
  }

  private String words() {
    if (state.outcome() == null) {
      return live()
          ? "The new version serves; the old one is kept beside it"
          : Conclusion.standing(state);
    }
    return switch (state.outcome()) {
      case DONE -> "The change is carried out, the contract included";
      case TAKEN_BACK -> "The change was taken back: the system is as before";
      case REFUSED -> "A gate said no: nothing was touched";
    };
  }

  private Result result() {
    if (state.outcome() != null) {
      return switch (state.outcome()) {
        case DONE -> Result.DONE;
        case TAKEN_BACK -> Result.TAKEN_BACK;
        case REFUSED -> Result.REFUSED;
      };
    }
    boolean troubled =
        state.inOrder().stream()
            .anyMatch(s -> s.status() == Status.STUCK || s.status() == Status.FAILED);
    if (troubled) {
      return Result.NEEDS_A_PERSON;
    }
    return live() ? Result.LIVE : Result.RUNNING;
  }

  /// Nothing is left to do but the ending steps.
  private boolean live() {
    return !state.goingBack()
        && state.inOrder().stream()
            .allMatch(s -> s.step().stage().ending() || s.status() == Status.APPLIED);
  }

  private List<Finding> gates() {
    List<Finding> findings = new ArrayList<>();
    for (Entry entry : entries) {
      switch (EventText.parse(entry.kind(), entry.body())) {
        case Event.StepFailed failed -> findings.addAll(failed.findings());
        case Event.StepApplied applied -> {
          if (applied.facts().values().get("findings") instanceof List<?> list) {
            list.forEach(f -> findings.add(finding((Map<?, ?>) f)));
          }
        }
        default -> {}
      }
    }
    return findings;
  }

  private static Finding finding(Map<?, ?> f) {
    Object remedy = f.get("remedy");
    return new Finding(
        Finding.Level.valueOf(String.valueOf(f.get("level"))),
        String.valueOf(f.get("gate")),
        String.valueOf(f.get("message")),
        remedy == null ? null : remedy.toString(),
        false);
  }

  private Report.Step step(StepState s) {
    return new Report.Step(
        s.step().id(),
        s.step().title(),
        s.forwards().began(),
        s.forwards().ended(),
        ending(s.status()),
        s.adopted(),
        shown(s.facts()));
  }

  private static Report.Step wayBack(StepState s) {
    return new Report.Step(
        s.step().id(),
        s.step().title(),
        s.backwards().began(),
        s.backwards().ended(),
        ending(s.status()),
        false,
        shown(s.takeBackFacts()));
  }

  /// Findings have a chapter of their own, and an instant in milliseconds says nothing to people.
  private static Map<String, Object> shown(Facts facts) {
    Map<String, Object> shown = new LinkedHashMap<>(facts.values());
    shown.keySet().removeIf(name -> name.equals("findings") || name.endsWith("_at"));
    return shown;
  }

  /// Steps of which something had to be taken back.
  private Set<String> undone() {
    return entries.stream()
        .map(e -> EventText.parse(e.kind(), e.body()))
        .filter(e -> e instanceof Event.StepTakenBack back && !back.adopted())
        .map(e -> ((Event.StepTakenBack) e).step())
        .collect(Collectors.toSet());
  }

  private static Ending ending(Status status) {
    return switch (status) {
      case PENDING -> Ending.NOT_BEGUN;
      case STARTED, TAKING_BACK -> Ending.OPEN;
      case APPLIED -> Ending.DONE;
      case FAILED, STUCK -> Ending.FAILED;
      case TAKEN_BACK -> Ending.TAKEN_BACK;
    };
  }

  private List<Report.Lock> locks() {
    List<Report.Lock> locks = new ArrayList<>();
    for (StepState s : state.inOrder()) {
      lock(s.step().id(), s.facts().values(), locks);
      lock(s.step().id() + ", taken back", s.takeBackFacts().values(), locks);
    }
    return locks;
  }

  private static void lock(String step, Map<String, Object> facts, List<Report.Lock> locks) {
    if (facts.get("lock_ms") instanceof Number ms) {
      int attempts = facts.get("attempts") instanceof Number n ? n.intValue() : 1;
      locks.add(new Report.Lock(step, ms.doubleValue(), attempts));
    }
  }

  private Report.@Nullable Watch watch() {
    Watch watch = change.watch();
    if (watch == null) {
      return null;
    }
    Event.RuleBreached breach = state.trial().breach();
    Event.WatchEnded ended = state.trial().ended();
    List<Report.Breach> breaches =
        breach == null
            ? List.of()
            : List.of(
                new Report.Breach(
                    breach.rule(),
                    breach.since(),
                    Objects.requireNonNullElse(state.trial().brokenAt(), breach.since()),
                    breach.figures()));
    return new Report.Watch(
        watch.every(),
        watch.lasting(),
        watch.rules().stream().map(Watch.Rule::toString).toList(),
        breaches,
        ended == null
            ? (breach == null ? "not judged" : "FAIL")
            : ended.verdict() + ": " + ended.why(),
        windows());
  }

  private List<Report.Window> windows() {
    Windows windows = Windows.of(change, state.switchedAt());
    Instant switched = state.switchedAt();
    if (windows == null || switched == null) {
      return List.of();
    }
    return List.of(
        new Report.Window(
            "automatic", switched, windows.automaticUntil(), "Segue goes back by itself"),
        new Report.Window(
            "by hand", windows.automaticUntil(), windows.byHandUntil(), "segue rollback"),
        new Report.Window(
            "forward only",
            windows.byHandUntil(),
            null,
            "segue rollback --force, until the contract"));
  }

  private Report.@Nullable WayBack wayBack() {
    Event.TakeBackStarted back = state.course().takeBack();
    if (back == null || state.outcome() == Outcome.REFUSED) {
      return null;
    }
    Instant started =
        entries.stream()
            .filter(e -> e.kind().equals("take-back-started"))
            .map(Entry::at)
            .findFirst()
            .orElse(state.startedAt());
    Instant restored =
        state.inOrder().stream()
            .flatMap(s -> s.takeBackFacts().number("restored_at").stream())
            .map(Instant::ofEpochMilli)
            .findFirst()
            .orElse(null);
    Set<String> undone = undone();
    List<Report.Step> steps =
        state.backwards().stream()
            .filter(s -> undone.contains(s.step().id()) || s.status() == Status.STUCK)
            .map(RunReport::wayBack)
            .toList();
    return new Report.WayBack(
        back.why() + (back.forced() ? " (forced)" : ""), back.by(), started, restored, steps);
  }

  private List<Report.Figure> figures(List<Report.Sample> samples) {
    List<Report.Figure> figures = new ArrayList<>();
    double lock = locks().stream().mapToDouble(Report.Lock::lockMs).max().orElse(Double.NaN);
    if (!Double.isNaN(lock)) {
      figures.add(
          new Report.Figure(
              "longest lock",
              String.format(java.util.Locale.ROOT, "%.1f ms", lock),
              "under 500 ms",
              lock < LONGEST_LOCK_MS));
    }
    long requests = samples.stream().mapToLong(Report.Sample::requests).sum();
    long errors = samples.stream().mapToLong(Report.Sample::errors).sum();
    if (requests > 0) {
      figures.add(
          new Report.Figure(
              "requests answered by the new version", Long.toString(requests), null, null));
      figures.add(
          new Report.Figure(
              "of these failed", Long.toString(errors), "under 1 %", errors * 100 < requests));
    }
    Instant end = state.course().endedAt();
    figures.add(
        new Report.Figure(
            "time from start to the verdict",
            Narration.brief(Duration.between(state.startedAt(), end == null ? lastAt() : end)),
            null,
            null));
    return figures;
  }

  private Instant lastAt() {
    return entries.getLast().at();
  }

  private Report.Entry entry(Entry e) {
    Event event = EventText.parse(e.kind(), e.body());
    String text =
        switch (event) {
          case Event.StepStarted s -> s.step();
          case Event.StepTakingBack s -> s.step();
          case Event.RunStarted s -> s.summary();
          default -> Narration.of(event, state).stream().map(l -> l.text()).findFirst().orElse("");
        };
    return new Report.Entry(e.seq(), e.at(), e.kind(), text, e.hash());
  }

  private List<String> next() {
    if (state.outcome() == null) {
      Windows windows = Windows.of(change, state.switchedAt());
      if (state.goingBack()) {
        return List.of("Go on going back: segue rollback " + file);
      }
      return windows == null
          ? List.of("Go on: segue run " + file)
          : List.of(
              "To take it back: segue rollback " + file,
              "To end it, from "
                  + Moment.text(windows.byHandUntil())
                  + " on: segue finish "
                  + file);
    }
    return switch (state.outcome()) {
      case DONE -> List.of("Keep the backup until nobody needs the old shape any more.");
      case TAKEN_BACK ->
          List.of(
              "The system is as before. Find out why from the timeline above and the new version's log.",
              "When it is mended: segue run " + file);
      case REFUSED -> List.of("Mend what the gates name, then: segue check " + file);
    };
  }
}
