package dev.segue.report;

import dev.segue.report.Chart.Mark;
import dev.segue.report.Chart.Point;
import dev.segue.report.Report.Sample;
import dev.segue.report.Report.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What the HTML template shows beside the report itself.
record Page(Report report) {

  /// A journal longer than this begins folded.
  private static final int LONG_JOURNAL = 40;

  Instant start() {
    return report.run().started();
  }

  String clock(@Nullable Instant at) {
    return Words.clock(at, start());
  }

  boolean longJournal() {
    return report.journal().size() > LONG_JOURNAL;
  }

  /// Where a step's bar lies in the whole run.
  String bar(Step step) {
    if (step.started() == null) {
      return "display:none";
    }
    Instant ended = step.ended() == null ? end() : step.ended();
    double whole = Math.max(1, Duration.between(start(), end()).toMillis());
    double left =
        100 * Math.clamp(Duration.between(start(), step.started()).toMillis() / whole, 0, 1);
    double width =
        100 * Math.clamp(Duration.between(step.started(), ended).toMillis() / whole, 0, 1);
    return String.format(
        Locale.ROOT, "left:%.2f%%;width:%.2f%%", Math.min(left, 99), Math.min(width, 100 - left));
  }

  List<Chart> charts() {
    if (report.samples().size() < 2) {
      return List.of();
    }
    return List.of(
        chart("requests", "Requests a second", Page::rate),
        chart("p95", "p95 of the answers, ms", Page::p95));
  }

  private Chart chart(String id, String title, BiFunction<Sample, Duration, Point> point) {
    List<Point> points = new ArrayList<>();
    List<Sample> samples = report.samples();
    for (int i = 0; i < samples.size(); i++) {
      int later = Math.max(i, 1);
      Duration interval = Duration.between(samples.get(later - 1).at(), samples.get(later).at());
      points.add(point.apply(samples.get(i), interval));
    }
    Report.WayBack back = report.wayBack();
    return new Chart(
        id,
        title,
        title + ": " + Words.traffic(samples) + ". Marks are the steps by their number.",
        samples.getFirst().at(),
        samples.getLast().at(),
        points,
        marks(samples.getFirst().at(), samples.getLast().at()),
        back == null ? null : back.started());
  }

  private static Point rate(Sample sample, Duration interval) {
    double seconds = Math.max(1, interval.toMillis()) / 1_000.0;
    return new Point(
        sample.at(),
        sample.requests() / seconds,
        sample.errors() == 0 ? null : Words.number(sample.errors()) + " failed");
  }

  private static Point p95(Sample sample, Duration interval) {
    return new Point(sample.at(), sample.p95Ms(), null);
  }

  private List<Mark> marks(Instant from, Instant until) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < report.steps().size(); i++) {
      Instant started = report.steps().get(i).started();
      if (started != null && !started.isBefore(from) && !started.isAfter(until)) {
        marks.add(new Mark(started, i + 1));
      }
    }
    return marks;
  }

  /// The latest thing known when the run has not ended.
  private Instant end() {
    Instant end = report.run().ended() == null ? start() : report.run().ended();
    for (Step step : report.steps()) {
      if (step.ended() != null && step.ended().isAfter(end)) {
        end = step.ended();
      }
    }
    return end;
  }
}
