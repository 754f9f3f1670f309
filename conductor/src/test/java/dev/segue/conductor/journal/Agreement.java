package dev.segue.conductor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import java.util.List;

/// Looked for after a test: the records of every run of a home replay, and what the home says
/// beside them agrees with them.
public final class Agreement {

  private Agreement() {}

  /// @param damaged runs whose journals the test has damaged
  public static void in(Home home, List<String> damaged) {
    for (String change : home.changes()) {
      for (String run : home.runs(change)) {
        if (!damaged.contains(run)) {
          RunState state = Runs.replay(home, run);
          assertThat(state.run()).isEqualTo(run);
          assertThat(home.lastEnded("another").isPresent() || state.outcome() == null).isTrue();
        }
      }
      chains(home, change, damaged);
    }
    home.lastEnded("another")
        .filter(ended -> !damaged.contains(ended.run()))
        .ifPresent(ended ->
            assertThat(Runs.replay(home, ended.run()).outcome()).hasToString(ended.outcome()));
  }

  /// As far as it can be told of records that are no events: every chain is whole, and the next
  /// conductor is later than any that wrote.
  static void chains(Home home, String change, List<String> damaged) {
    long latest = 0;
    for (String run : home.runs(change)) {
      if (!damaged.contains(run)) {
        latest = Math.max(latest, home.read(run).getLast().epoch());
      }
    }
    if (home.holder(change).filter(Holder::live).isEmpty()) {
      try (Lease next = home.take(change)) {
        assertThat(next.epoch()).isGreaterThan(latest);
      }
    }
  }
}
