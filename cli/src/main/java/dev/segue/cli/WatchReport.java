package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.Watch;
import dev.segue.conductor.Event;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Windows;
import dev.segue.report.Report;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the watch came to, and the windows it opened.
final class WatchReport {

  private WatchReport() {}

  /// Null for a change that is not watched.
  static Report.@Nullable Watch of(Change change, RunState state) {
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
        windows(change, state));
  }

  private static List<Report.Window> windows(Change change, RunState state) {
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
}
