package dev.segue.conductor;

import dev.segue.watch.Judge;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How the new version fares while it is watched.
///
/// @param switchedAt when traffic went to the new version (for a change without delivery: when the
///   last step before the watch was done); the windows count from it
/// @param breach the first rule that was broken
/// @param brokenAt when that was found
/// @param ended the verdict
public record Trial(
    @Nullable Instant switchedAt,
    Judge.Memory memory,
    Event.@Nullable RuleBreached breach,
    @Nullable Instant brokenAt,
    Event.@Nullable WatchEnded ended) {

  static final Trial NONE = new Trial(null, Judge.Memory.EMPTY, null, null, null);

  Trial beganAt(Instant at) {
    return new Trial(at, memory, breach, brokenAt, ended);
  }

  Trial remembers(Judge.Memory now) {
    return new Trial(switchedAt, now, breach, brokenAt, ended);
  }

  Trial broken(Event.RuleBreached by, Instant at) {
    return new Trial(switchedAt, memory, by, at, ended);
  }

  Trial over(Event.WatchEnded verdict) {
    return new Trial(switchedAt, memory, breach, brokenAt, verdict);
  }
}
