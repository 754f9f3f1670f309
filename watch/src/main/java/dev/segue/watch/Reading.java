package dev.segue.watch;

import java.util.Map;

/// What a source said at one moment.
public sealed interface Reading {

  /// Figures by name; values are strings, booleans, longs, doubles, durations, lists and maps.
  record Figures(Map<String, Object> values) implements Reading {
    public Figures {
      values = Map.copyOf(values);
    }
  }

  /// Nothing usable, and why.
  record Unavailable(String why) implements Reading {}
}
