package dev.segue.change;

import java.time.Duration;

/// How long Segue goes back by itself, and how long a person may ask for it without `--force`. Both
/// count from the switch; before the switch going back is always possible.
public record RollbackWindows(Duration automatic, Duration byHand) {

  public RollbackWindows {
    if (byHand.compareTo(automatic) < 0) {
      throw new IllegalArgumentException("by-hand is shorter than automatic");
    }
  }
}
