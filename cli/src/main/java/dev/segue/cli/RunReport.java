package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Moment;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepState;
import dev.segue.conductor.StepState.Status;
import dev.segue.conductor.Windows;
import dev.segue.conductor.journal.Entry;
import dev.segue.report.Report;
import dev.segue.report.Report.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A run's journal as a report: a pure function.
final class RunReport {

  private static final double LONGEST_LOCK_MS = 500;

  private final Change change;
  private final RunState state;
  private final List<Entry> entries;
  private final String home;
  private final String file;
  private final StepsReport steps;

  /// @param home where the journal is kept, in words
  /// @param file the change file, as commands name it
  RunReport(Change change, RunState state, List<Entry> entries, String home, String file) {
    this.change = change;
    this.state = state;
    this.entries = entries;
    this.home = home;
    this.file = file;
    this.steps = new StepsReport(state, entries);
  }

  Report of(List<Report.Sample> samples) {
    return new Report(
        run(),
        gates(),
        steps.forwards(),
        steps.locks(),
        WatchReport.of(change, state),
        samples,
        stage(Stage.BACKUP).map(s -> s.facts().values()).orElse(Map.of()),
        steps.wayBack(),
        figures(samples),
        told(),
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

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private String words() {
    if (state.outcome() == null) {
      return live() ? sentence(Conclusion.served(change)) : Conclusion.standing(state);
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

  private List<Report.Figure> figures(List<Report.Sample> samples) {
    List<Report.Figure> figures = new ArrayList<>(BackfillFigures.of(change, state));
    double lock = steps.locks().stream().mapToDouble(Report.Lock::lockMs).max().orElse(Double.NaN);
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

  /// Each as it was told when it happened.
  private List<Report.Entry> told() {
    List<Report.Entry> told = new ArrayList<>();
    RunState then = state;
    for (Entry e : entries) {
      Event event = EventText.parse(e.kind(), e.body());
      then =
          event instanceof Event.RunStarted start
              ? RunState.begin(state.run(), start, e.at())
              : then.after(event, e.at());
      told.add(new Report.Entry(e.seq(), e.at(), e.kind(), text(event, then), e.hash()));
    }
    return told;
  }

  private static String text(Event event, RunState then) {
    return switch (event) {
      case Event.StepStarted s -> s.step();
      case Event.StepTakingBack s -> s.step();
      case Event.RunStarted s -> s.summary();
      default -> Narration.of(event, then).stream().map(l -> l.text()).findFirst().orElse("");
    };
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
