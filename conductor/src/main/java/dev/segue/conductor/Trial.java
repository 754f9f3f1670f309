package dev.segue.conductor;

import dev.segue.watch.Judge;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How the new version fares while it is watched.
///
/// @param switchedAt when traffic went to the new version (for a change without delivery: when the
///   last step before the watch was done); the windows count from it
/// @param breach the first rule that was broken
/// @param ended the verdict
public record Trial(
    @Nullable Instant switchedAt,
    Judge.Memory memory,
    Event.@Nullable RuleBreached breach,
    Event.@Nullable WatchEnded ended) {

  static final Trial NONE = new Trial(null, Judge.Memory.EMPTY, null, null);

  Trial beganAt(Instant at) {
    return new Trial(at, memory, breach, ended);
  }

  Trial remembers(Judge.Memory now) {
    return new Trial(switchedAt, now, breach, ended);
  }

  Trial broken(Event.RuleBreached by) {
    return new Trial(switchedAt, memory, by, ended);
  }

  Trial over(Event.WatchEnded verdict) {
    return new Trial(switchedAt, memory, breach, verdict);
  }
}
