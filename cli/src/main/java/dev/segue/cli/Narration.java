package dev.segue.cli;

import dev.segue.change.Durations;
import dev.segue.conductor.Event;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Finding.Level;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Events in words. Pure: what a person reads is decided here, where it is printed elsewhere.
public final class Narration {

  /// Facts longer than this say nothing on one line.
  private static final int SHORT = 60;

  /// How a line is meant; the screen chooses the colour.
  public enum Tone {
    PLAIN,
    QUIET,
    GOOD,
    WARNING,
    BAD
  }

  /// @param mark one character before the text
  public record Line(Tone tone, String mark, String text) {}

  private Narration() {}

  /// @param state after the event
  static List<Line> of(Event event, RunState state) {
    return switch (event) {
      case Event.RunStarted e -> one(Tone.PLAIN, "▸", titled(state.run(), e.summary()));
      case Event.ConductorChanged e ->
          one(Tone.QUIET, "▸", state.run() + " goes on, by " + e.by() + soFar(state));
      case Event.StepStarted e -> List.of();
      case Event.StepApplied e -> applied(e, state.step(e.step()));
      case Event.StepFailed e -> failed(e);
      case Event.Drifted e ->
          one(Tone.WARNING, "!", e.step() + " is not as the journal says: " + e.what());
      case Event.RulesMoved e ->
          e.memory().activeSince().isEmpty()
              ? one(Tone.QUIET, " ", "all rules are good")
              : one(
                  Tone.WARNING,
                  "!",
                  "true now: " + String.join(", ", e.memory().activeSince().keySet()));
      case Event.RuleBreached e ->
          one(Tone.BAD, "✗", "broken: " + e.rule() + " (" + e.figures() + ")");
      case Event.WatchEnded e -> one(Tone.PLAIN, "▸", "watch: " + e.verdict() + ", " + e.why());
      case Event.TakeBackStarted e ->
          onlyGates(state)
              ? List.of()
              : one(
                  Tone.WARNING,
                  "◂",
                  "taking it back, "
                      + (e.forced() ? "forced by " : "asked by ")
                      + e.by()
                      + ": "
                      + e.why());
      case Event.StepTakingBack e -> List.of();
      case Event.StepTakenBack e -> takenBack(e, state.step(e.step()));
      case Event.TakeBackFailed e ->
          one(Tone.BAD, "✗", "cannot take back " + e.step() + ": " + e.reason());
      case Event.FinishRequested e ->
          one(
              Tone.PLAIN,
              "▸",
              "finish, "
                  + (e.forced() ? "forced by " : "asked by ")
                  + e.by()
                  + (e.reason() == null ? "" : ": " + e.reason()));
      case Event.PaceOrdered e -> one(Tone.WARNING, "‖", pace(e));
      case Event.RetryStarted e ->
          one(Tone.PLAIN, "▸", e.step() + ": what was left out is tried again");
      case Event.Retried e -> one(Tone.GOOD, "✓", e.step() + ", tried again: " + facts(e.facts()));
      case Event.RetryFailed e -> one(Tone.BAD, "✗", e.step() + ", tried again: " + e.reason());
      case Event.Ended e -> ended(e, state);
    };
  }

  /// What a person asked of the pace.
  static String pace(Event.PaceOrdered e) {
    String what =
        switch (e.what()) {
          case PAUSE -> "paused";
          case RESUME -> "goes on";
          case SHARE ->
              e.share() == null
                  ? "pace as the change file says"
                  : String.format(java.util.Locale.ROOT, "pace %.0f %%", e.share() * 100);
        };
    return what + ", asked by " + e.by() + (e.reason() == null ? "" : ": " + e.reason());
  }

  /// A name, and what it is about where that was said.
  static String titled(String name, String summary) {
    return summary.isBlank() ? name : name + ": " + summary;
  }

  /// What an earlier conductor did, and this one does not tell again.
  private static String soFar(RunState state) {
    String done =
        state.inOrder().stream()
            .filter(s -> s.status() == StepState.Status.APPLIED)
            .map(s -> s.step().id())
            .collect(Collectors.joining(", "));
    return done.isEmpty() ? "" : "; done so far: " + done;
  }

  /// Whether the gates are as far as it came: then there is nothing to take back and nothing to
  /// tell about it.
  private static boolean onlyGates(RunState state) {
    return state.inOrder().stream()
        .allMatch(s -> s.step().stage() == Stage.GATES || s.status() == StepState.Status.PENDING);
  }

  private static List<Line> one(Tone tone, String mark, String text) {
    return List.of(new Line(tone, mark, text));
  }

  private static List<Line> applied(Event.StepApplied e, StepState step) {
    List<Line> lines = new ArrayList<>();
    String found = e.adopted() ? ", found done, not repeated" : "";
    lines.add(new Line(Tone.GOOD, "✓", step.step().title() + took(step.forwards()) + found));
    String facts = facts(e.facts());
    if (!facts.isEmpty()) {
      lines.add(new Line(Tone.QUIET, " ", facts));
    }
    if (e.facts().values().get("findings") instanceof List<?> findings) {
      findings.forEach(f -> lines.add(finding(f)));
    }
    return lines;
  }

  private static Line finding(Object finding) {
    Map<?, ?> f = finding instanceof Map<?, ?> map ? map : Map.of();
    boolean warning =
        "WARNING".equals(f.get("level")) || Level.OVERRIDDEN.name().equals(f.get("level"));
    return new Line(
        warning ? Tone.WARNING : Tone.QUIET,
        " ",
        (warning ? "! " : "· ") + f.get("gate") + ": " + f.get("message"));
  }

  private static List<Line> failed(Event.StepFailed e) {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(Tone.BAD, "✗", e.step() + ": " + e.reason()));
    for (Finding f : e.findings()) {
      lines.add(finding(f));
    }
    if (e.remedy() != null) {
      lines.add(new Line(Tone.PLAIN, " ", "next: " + e.remedy()));
    }
    return lines;
  }

  /// One answer of a gate.
  static Line finding(Finding f) {
    String next = f.remedy() == null ? "" : " — " + f.remedy();
    return switch (f.level()) {
      case PASSED -> new Line(Tone.GOOD, "✓", f.gate() + ": " + f.message());
      case WARNING -> new Line(Tone.WARNING, "!", f.gate() + ": " + f.message() + next);
      case REFUSED -> new Line(Tone.BAD, "✗", f.gate() + ": " + f.message() + next);
      case OVERRIDDEN -> new Line(Tone.WARNING, "!", f.gate() + ": " + f.message());
    };
  }

  private static List<Line> takenBack(Event.StepTakenBack e, StepState step) {
    if (e.adopted() || step.step().stage() == Stage.GATES) {
      return List.of();
    }
    String facts = facts(e.facts());
    List<Line> lines = new ArrayList<>();
    lines.add(
        new Line(
            Tone.GOOD,
            "◂",
            "back: "
                + firstWords(step.step().takeBack())
                + took(step.backwards())
                + (facts.isEmpty() ? "" : " (" + facts + ")")));
    if (e.facts().values().get("differences") instanceof List<?> differences) {
      differences.forEach(d -> lines.add(new Line(Tone.WARNING, " ", "! " + d)));
    }
    return List.copyOf(lines);
  }

  /// Up to the first pause; the plan has the rest.
  static String firstWords(String text) {
    return text.split("[:;.] ", 2)[0];
  }

  private static List<Line> ended(Event.Ended e, RunState state) {
    return switch (e.outcome()) {
      case DONE -> one(Tone.GOOD, "■", state.run() + " is done, the contract included");
      case TAKEN_BACK ->
          one(Tone.WARNING, "■", state.run() + " was taken back: the system is as before");
      case REFUSED ->
          one(Tone.BAD, "■", state.run() + " was refused by a gate: nothing was touched");
    };
  }

  private static String took(StepState.Span span) {
    Instant began = span.began();
    Instant ended = span.ended();
    return began == null || ended == null ? "" : " (" + brief(Duration.between(began, ended)) + ")";
  }

  /// A duration as a person says it: `0.34 s`, `12 s`, `5m 3s`.
  static String brief(Duration d) {
    if (d.compareTo(Duration.ofSeconds(10)) < 0) {
      return String.format(java.util.Locale.ROOT, "%.2f s", d.toMillis() / 1000.0);
    }
    return Durations.format(Duration.ofSeconds(d.toSeconds()));
  }

  /// Facts that fit on a line, their units spelled out.
  static String facts(Facts facts) {
    List<String> shown = new ArrayList<>();
    facts
        .values()
        .forEach((name, value) -> {
          String text = fact(name, value);
          if (text != null && shown.size() < 6) {
            shown.add(text);
          }
        });
    return String.join(", ", shown);
  }

  private static @Nullable String fact(String name, Object value) {
    if (value instanceof List || value instanceof Map || value.toString().length() > SHORT) {
      return null;
    }
    String words = name.replace('_', ' ');
    if (value instanceof Number n) {
      if (name.endsWith("_ms")) {
        return words.substring(0, words.length() - 3)
            + String.format(
                java.util.Locale.ROOT,
                n.doubleValue() < 10 ? " %.1f ms" : " %.0f ms",
                n.doubleValue());
      }
      if (name.endsWith("bytes")) {
        return bytes(n.longValue());
      }
      if (name.endsWith("_at")) {
        return null;
      }
      return words + " " + String.format(java.util.Locale.ROOT, "%,d", n.longValue());
    }
    return words + " " + value;
  }

  /// A size as a person says it.
  static String bytes(long n) {
    if (n < 1_000_000) {
      return String.format(java.util.Locale.ROOT, "%.1f kB", n / 1e3);
    }
    return n < 1_000_000_000
        ? String.format(java.util.Locale.ROOT, "%.1f MB", n / 1e6)
        : String.format(java.util.Locale.ROOT, "%.2f GB", n / 1e9);
  }
}
