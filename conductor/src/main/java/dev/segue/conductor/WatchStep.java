package dev.segue.conductor;

import dev.segue.change.Durations;
import dev.segue.change.Watch;
import dev.segue.watch.Verdict;
import java.time.Duration;
import java.time.Instant;

/// Waits, watched, until the window ends, and says what it came to.
final class WatchStep implements Step {

  static final String ID = "watch";

  private final Watch watch;

  WatchStep(Watch watch) {
    this.watch = watch;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.WATCH;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        ID,
        stage(),
        "Watch for "
            + Durations.format(watch.lasting())
            + ", a sample every "
            + Durations.format(watch.every()),
        watch.rules().stream().map(r -> new Statement("take back when " + r, null, null)).toList(),
        "nothing to take back: watching only looks",
        "Nobody watches until a conductor goes on");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    // The verdict is an event of the run, and only the conductor's own context writes those.
    RunContext run = (RunContext) context;
    Event.WatchEnded ended = run.state().trial().ended();
    if (ended == null) {
      ended = watchToTheEnd(run);
      run.record(ended);
    }
    return Facts.of("verdict", ended.verdict().name());
  }

  private Event.WatchEnded watchToTheEnd(RunContext run) {
    Instant end = start(run).plus(watch.lasting());
    waitUntil(run, end);
    Verdict verdict = run.watcher().verdict();
    if (verdict == Verdict.INCONCLUSIVE) {
      // Once more as long: silence may only mean a quiet hour.
      run.watcher().extended();
      waitUntil(run, end.plus(watch.lasting()));
      verdict = run.watcher().verdict();
    }
    return new Event.WatchEnded(verdict, why(verdict));
  }

  private static Instant start(RunContext run) {
    Instant switched = run.state().switchedAt();
    return switched == null ? run.now() : switched;
  }

  private static void waitUntil(RunContext run, Instant end) {
    for (Instant now = run.now(); now.isBefore(end); now = run.now()) {
      run.progress(
          "watching, "
              + Durations.format(
                  Duration.ofSeconds(Duration.between(now, end).plusMillis(999).toSeconds()))
              + " left",
          Double.NaN);
      Duration left = Duration.between(now, end);
      run.pause(left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1));
    }
  }

  private static String why(Verdict verdict) {
    return switch (verdict) {
      case PASS -> "no rule was broken";
      case FAIL -> "a rule was broken after the automatic window";
      case INCONCLUSIVE ->
          "too few requests to judge by, or a rule had begun to break, or for a while nothing could"
              + " be read";
      case BLIND -> "the figures could not be read";
    };
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }
}
