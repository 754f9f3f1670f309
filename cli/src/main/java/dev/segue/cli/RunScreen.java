package dev.segue.cli;

import dev.segue.change.Durations;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Pacing;
import dev.segue.conductor.RunState;
import dev.segue.watch.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run as a person watches it: its story above, what is happening now below.
public final class RunScreen implements Listener {

  private static final int BAR = 24;

  /// How often a log is told how far a long step is.
  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  private final Screen screen;
  private volatile Now now = new Now("", "", Double.NaN, Instant.now());
  private volatile Instant told = Instant.now();
  private volatile @Nullable RunState state;
  private volatile Map<String, Reading> readings = Map.of();
  private final @Nullable Duration automatic;

  private record Now(String step, String what, double done, Instant since) {}

  /// @param automatic length of the automatic window, for the clock; null without one
  public RunScreen(Screen screen, @Nullable Duration automatic) {
    this.screen = screen;
    this.automatic = automatic;
    screen.block(this::lines);
  }

  @Override
  public void recorded(Instant at, Event event, RunState after) {
    state = after;
    switch (event) {
      case Event.StepStarted e -> begin(after.step(e.step()).step().title());
      case Event.StepTakingBack e ->
          begin("back: " + Narration.firstWords(after.step(e.step()).step().takeBack()));
      default -> Narration.of(event, after).forEach(screen::line);
    }
  }

  private void begin(String what) {
    now = new Now(what, "", Double.NaN, Instant.now());
    told = now.since();
  }

  @Override
  public void progress(String step, String what, double done) {
    now = new Now(now.step(), what, done, now.since());
    if (!screen.live() && Duration.between(told, Instant.now()).compareTo(TELL_EVERY) >= 0) {
      told = Instant.now();
      screen.line(new Narration.Line(Narration.Tone.QUIET, "…", share(done) + what));
    }
  }

  static String share(double done) {
    return Double.isNaN(done) ? "" : Math.round(done * 100) + " %, ";
  }

  @Override
  public void sampled(Instant at, Map<String, Reading> read, RunState after) {
    readings = read;
  }

  @Override
  public void warning(String text) {
    screen.line(new Narration.Line(Narration.Tone.WARNING, "!", text));
  }

  private List<String> lines() {
    RunState s = state;
    if (s == null || s.outcome() != null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    Duration taken = Duration.between(now.since(), Instant.now());
    lines.add("  ▸ " + now.step() + "  " + Narration.brief(taken));
    String bar = Double.isNaN(now.done()) ? "" : bar(now.done()) + " ";
    if (!bar.isEmpty() || !now.what().isEmpty()) {
      // What slows it down stands on a line of its own: at the end of one it would be cut off.
      String[] words = now.what().split("; ", 2);
      lines.add("    " + bar + words[0]);
      if (words.length > 1) {
        lines.add("    " + words[1]);
      }
    }
    paced(s.course().pacing(), lines);
    if (s.switchedAt() != null && automatic != null && s.trial().ended() == null) {
      Duration left = Duration.between(Instant.now(), s.switchedAt().plus(automatic));
      if (left.isPositive()) {
        lines.add(
            "    automatic window: "
                + Durations.format(Duration.ofSeconds(left.toSeconds()))
                + " left");
      }
      readings.forEach((name, reading) -> lines.add("    " + name + ": " + brief(reading)));
    }
    return lines;
  }

  private static void paced(Pacing pacing, List<String> lines) {
    if (pacing.pause() != null) {
      lines.add("    " + Narration.pace(pacing.pause()) + "; 'segue backfill resume' goes on");
    }
  }

  static String bar(double done) {
    int full = (int) Math.round(Math.clamp(done, 0, 1) * BAR);
    return "█".repeat(full)
        + "░".repeat(BAR - full)
        + String.format(java.util.Locale.ROOT, " %3.0f %%", done * 100);
  }

  /// A reading on one line.
  static String brief(Reading reading) {
    return switch (reading) {
      case Reading.Unavailable u -> "no figures, " + u.why();
      case Reading.Figures f -> {
        List<String> parts = new ArrayList<>();
        new java.util.TreeMap<>(f.values())
            .forEach((name, value) -> {
              if (!(value instanceof Map) && !(value instanceof List)) {
                parts.add(name + " " + figure(value));
              }
            });
        yield String.join("  ", parts);
      }
    };
  }

  private static String figure(Object value) {
    return switch (value) {
      case Duration d -> d.toMillis() + " ms";
      case Double d -> String.format(java.util.Locale.ROOT, "%.3f", d);
      default -> value.toString();
    };
  }
}
