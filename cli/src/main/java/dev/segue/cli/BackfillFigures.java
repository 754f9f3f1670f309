package dev.segue.cli;

import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.conductor.Facts;
import dev.segue.conductor.RunState;
import dev.segue.conductor.StepState;
import dev.segue.report.Report.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a backfill is judged by, from what its steps measured: a pure function.
final class BackfillFigures {

  private static final double MOST_ERRORS = 0.01;
  private static final double MOST_IMPACT = 0.10;
  private static final double MOST_MEMORY = 0.80;

  private final String prefix;
  private final Facts facts;
  private final List<Figure> figures = new ArrayList<>();

  private BackfillFigures(String prefix, Facts facts) {
    this.prefix = prefix;
    this.facts = facts;
  }

  /// Of every backfill whose step has come through; empty where there is none.
  static List<Figure> of(Change change, RunState state) {
    List<Figure> all = new ArrayList<>();
    List<Backfill> backfills = change.data().backfills();
    for (Backfill one : backfills) {
      StepState step = state.steps().get(one.step());
      if (step != null && step.facts().number("items").isPresent()) {
        String prefix = backfills.size() == 1 ? "" : one.name() + ": ";
        all.addAll(new BackfillFigures(prefix, facts(state, one)).figures(one));
      }
    }
    return all;
  }

  /// Items that a run had to leave in their old form.
  static long failed(RunState state, Backfill backfill) {
    return facts(state, backfill).number("failed").orElse(0L);
  }

  /// What the step did, with what was found later and what was tried again.
  private static Facts facts(RunState state, Backfill backfill) {
    StepState step = state.steps().get(backfill.step());
    if (step == null) {
      return Facts.NONE;
    }
    Facts facts = step.facts();
    StepState late = state.steps().get("catch-" + backfill.name());
    if (late != null) {
      facts = facts.with("items", sum(facts, late.facts(), "items"));
    }
    if (step.facts().values().get(StepState.RETRIES) instanceof List<?> retries) {
      for (Object retry : retries) {
        facts = retried(facts, (Map<?, ?>) retry);
      }
    }
    return facts;
  }

  private static long sum(Facts one, Facts other, String name) {
    return one.number(name).orElse(0L) + other.number(name).orElse(0L);
  }

  /// A retry tries everything that had failed by then: what fails now is all that fails.
  private static Facts retried(Facts facts, Map<?, ?> retry) {
    Facts with = facts;
    if (retry.get("items") instanceof Number items) {
      with = with.with("items", facts.number("items").orElse(0L) + items.longValue());
    }
    return retry.get("failed") instanceof Number failed
        ? with.with("failed", failed.longValue())
        : with;
  }

  private List<Figure> figures(Backfill backfill) {
    String items = backfill instanceof Backfill.Keys ? "keys" : "rows";
    long converted = number("items");
    long already = number("already");
    long failed = number("failed");
    tell(items + " migrated", "%,d".formatted(converted));
    if (already > 0) {
      tell(items + " already in the new form", "%,d".formatted(already));
    }
    if (number("replaced") > 0) {
      tell("of these by the default", "%,d".formatted(number("replaced")));
    }
    tell("duration", duration());
    rates(converted + already, failed);
    // By construction: nothing is stopped, and no item is closed for longer than its batch.
    judge("downtime", "0 s", "0 s", true);
    impact();
    memory();
    return figures;
  }

  private String duration() {
    double seconds = decimal("seconds") == null ? 0 : decimal("seconds");
    Double rate = decimal("per_second");
    String took = Narration.brief(Duration.ofMillis(Math.round(seconds * 1000)));
    return rate == null ? took : "%s, %,.0f a second".formatted(took, rate);
  }

  private void rates(long good, long failed) {
    long all = good + failed;
    double errors = all == 0 ? 0 : (double) failed / all;
    judge("error rate", percent(errors), "under 1 %", errors < MOST_ERRORS);
    judge("success rate", percent(1 - errors), "over 99 %", 1 - errors > 1 - MOST_ERRORS);
  }

  private void impact() {
    Double before = decimal("p99_before_ms");
    Double during = decimal("p99_during_ms");
    if (before == null || during == null || before <= 0) {
      judge("foreground p99", "not measured", "impact under 10 %", null);
      return;
    }
    double impact = during / before - 1;
    judge(
        "foreground p99",
        String.format(
            Locale.ROOT, "%.2f ms before, %.2f ms during: %+.0f %%", before, during, impact * 100),
        "impact under 10 %",
        impact < MOST_IMPACT);
  }

  private void memory() {
    Double peak = decimal("peak_memory_bytes");
    if (peak == null) {
      return;
    }
    Double limit = decimal("memory_limit_bytes");
    String used = Narration.bytes(peak.longValue());
    if (limit == null || limit <= 0) {
      judge("peak memory", used + ", no limit is set", "under 80 %", null);
      return;
    }
    judge(
        "peak memory",
        "%s, %s of %s".formatted(used, percent(peak / limit), Narration.bytes(limit.longValue())),
        "under 80 %",
        peak / limit < MOST_MEMORY);
  }

  private void tell(String name, String value) {
    figures.add(new Figure(prefix + name, value, null, null));
  }

  private void judge(String name, String value, String target, @Nullable Boolean met) {
    figures.add(new Figure(prefix + name, value, target, met));
  }

  private long number(String name) {
    return facts.number(name).orElse(0L);
  }

  private @Nullable Double decimal(String name) {
    return facts.values().get(name) instanceof Number n ? n.doubleValue() : null;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", share * 100);
  }

  /// As a table for people.
  static List<String> lines(List<Figure> figures, Terminal terminal) {
    Table table = new Table(false, false, false, false);
    table.row("figure", "value", "target", "");
    for (Figure figure : figures) {
      String target = figure.target() == null ? "" : figure.target();
      table.row(figure.name(), figure.value(), target, met(figure));
    }
    return table.lines().stream()
        .map(line -> line.endsWith("✗ not met") ? terminal.in("red", line) : line)
        .toList();
  }

  private static String met(Figure figure) {
    if (figure.met() == null) {
      return "";
    }
    return figure.met() ? "✓ met" : "✗ not met";
  }
}
