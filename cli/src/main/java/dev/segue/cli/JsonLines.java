package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run as a program reads it: one JSON object a line, one line an event.
final class JsonLines implements Listener {

  private final Terminal terminal;

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

  @Override
  public void warning(String text) {
    terminal.out().println(Json.line(Map.of("warning", text)));
  }
}
