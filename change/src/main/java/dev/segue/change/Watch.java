package dev.segue.change;

import java.time.Duration;
import java.util.List;

/// What is watched after the switch, and what turns the change around.
///
/// @param every time between two samples
/// @param lasting the change file's `for`: length of the window
/// @param health path of the new version's health JSON, source of the `health.*` variables
public record Watch(Duration every, Duration lasting, String health, List<Rule> rules) {

  public Watch {
    rules = List.copyOf(rules);
  }

  /// `CONDITION [for DURATION]`: the condition must be true for that long without a break.
  ///
  /// @param condition the part before `for`
  /// @param held zero when a single bad sample is enough
  public record Rule(Expression condition, Duration held) {

    @Override
    public String toString() {
      return held.isZero() ? condition.text() : condition.text() + " for " + Durations.format(held);
    }
  }
}
