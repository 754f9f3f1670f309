package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run as a program reads it: one JSON object a line, one line an event; between them, how far a
/// long step is.
final class JsonLines implements Listener {

  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

  private final Terminal terminal;
  private String telling = "";
  private Instant due = Instant.MIN;

  JsonLines(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void recorded(Instant at, Event event, RunState state) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", at.toString());
    line.put("run", state.run());
    line.put("event", EventText.kind(event));
    line.put("body", event);
    terminal.out().println(Json.line(line));
  }

  /// At most one a second, and none for what lasts no second.
  @Override
  public void progress(String step, String what, double done) {
    Instant now = Instant.now();
    if (!step.equals(telling)) {
      telling = step;
      due = now.plus(PROGRESS_EVERY);
    }
    if (now.isBefore(due)) {
      return;
    }
    due = now.plus(PROGRESS_EVERY);
    Map<String, Object> progress = new LinkedHashMap<>();
    progress.put("step", step);
    progress.put("what", what);
    if (!Double.isNaN(done)) {
      progress.put("done", Math.round(done * 10_000) / 10_000.0);
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", now.toString());
    line.put("progress", progress);
    terminal.out().println(Json.line(line));
  }

  @Override
  public void warning(String text) {
    terminal.out().println(Json.line(Map.of("warning", text)));
  }
}
