package dev.segue.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Event;
import dev.segue.conductor.Facts;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.report.Report.Figure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackfillFiguresTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Change CHANGE =
      ChangeFile.parse(
          """
          change: dates
          redis: { url: redis://localhost }
          backfill:
            - { keys: "m:*", name: members, convert: [{ datetime-to-epoch: { fields: a } }] }
          """,
          Path.of("change.yaml"),
          Map.of());

  private static final Facts GOOD =
      new Facts(
          Map.of(
              "items",
              199_000,
              "already",
              900,
              "failed",
              100,
              "seconds",
              2.5,
              "per_second",
              80_000,
              "p99_before_ms",
              1.0,
              "p99_during_ms",
              1.05,
              "peak_memory_bytes",
              600_000_000,
              "memory_limit_bytes",
              1_000_000_000));

  private static RunState begun() {
    PlannedStep step =
        new PlannedStep("backfill-members", Stage.EXPAND, "members", List.of(), "", "");
    return RunState.begin(
        "dates-1", new Event.RunStarted("dates", "", "", "", "ana", "", List.of(step), null), AT);
  }

  private static RunState applied(Facts facts) {
    return begun()
        .after(new Event.StepStarted("backfill-members"), AT)
        .after(new Event.StepApplied("backfill-members", false, facts), AT);
  }

  private static Figure figure(RunState state, String name) {
    return BackfillFigures.of(CHANGE, state).stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingIsToldBeforeItHasComeThrough() {
    assertThat(BackfillFigures.of(CHANGE, begun())).isEmpty();
  }

  @Test
  void everythingIsJudged() {
    assertThat(BackfillFigures.of(CHANGE, applied(GOOD)))
        .extracting(Figure::name, Figure::value, Figure::met)
        .containsExactly(
            tuple("keys migrated", "199,000", null),
            tuple("keys already in the new form", "900", null),
            tuple("duration", "2.50 s, 80,000 a second", null),
            tuple("error rate", "0.05 %", true),
            tuple("success rate", "99.95 %", true),
            tuple("downtime", "0 s", true),
            tuple("foreground p99", "1.00 ms before, 1.05 ms during: +5 %", true),
            tuple("peak memory", "600.0 MB, 60.00 % of 1.00 GB", true));
  }

  @Test
  void aTargetThatIsMissedSaysSo() {
    RunState bad =
        applied(
            GOOD.with("failed", 5_000)
                .with("p99_during_ms", 1.3)
                .with("peak_memory_bytes", 900_000_000));
    assertThat(List.of("error rate", "success rate", "foreground p99", "peak memory"))
        .allSatisfy(name -> assertThat(figure(bad, name).met()).as(name).isFalse());
    StringWriter out = new StringWriter();
    Terminal plain = new Terminal(new PrintWriter(out), new PrintWriter(out), Map.of(), false);
    assertThat(String.join("\n", BackfillFigures.lines(BackfillFigures.of(CHANGE, bad), plain)))
        .contains("error rate", "✗ not met", "✓ met");
  }

  @Test
  void whatWasNotMeasuredIsNotJudged() {
    RunState state = applied(new Facts(Map.of("items", 10, "peak_memory_bytes", 5_000)));
    assertThat(figure(state, "foreground p99").met()).isNull();
    assertThat(figure(state, "peak memory").value()).isEqualTo("5.0 kB, no limit is set");
    assertThat(figure(state, "peak memory").met()).isNull();
  }

  @Test
  void whatIsTriedAgainCounts() {
    RunState state =
        applied(GOOD)
            .after(
                new Event.Retried("backfill-members", Facts.of("items", 90).with("failed", 10)),
                AT);
    assertThat(figure(state, "keys migrated").value()).isEqualTo("199,090");
    assertThat(BackfillFigures.failed(state, CHANGE.data().backfills().getFirst())).isEqualTo(10);
  }
}
