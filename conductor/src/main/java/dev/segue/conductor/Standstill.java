package dev.segue.conductor;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why the conductor stopped.
public sealed interface Standstill {

  /// The run has ended.
  record Over(Outcome outcome) implements Standstill {}

  /// The new version is live; what is left waits for `finish` or until then.
  record Resting(Instant until, String why) implements Standstill {}

  /// It cannot go on by itself.
  record NeedsPerson(String step, String code, String reason, @Nullable String remedy)
      implements Standstill {}
}
