package dev.segue.conductor;

import dev.segue.watch.Reading;
import java.time.Instant;
import java.util.Map;

/// Told what goes on, for people and for files. It must not throw and must not block for long.
public interface Listener {

  /// An event was journaled and this is the state it led to.
  default void recorded(Instant at, Event event, RunState state) {}

  /// What a step is at now; `done` from 0 to 1, or NaN.
  default void progress(String step, String what, double done) {}

  /// A sample of the watch.
  default void sampled(Instant at, Map<String, Reading> readings, RunState state) {}

  /// Something a person should know that changes nothing.
  default void warning(String text) {}
}
