package dev.segue.change;

import java.time.Duration;

/// How long one batch should take: one transaction, one script.
///
/// @param shared beside users: so long its rows stay locked, or the server answers nobody else
/// @param alone at full pace, where nobody is to be spared; longer ones cost less for each item
public record BatchTime(Duration shared, Duration alone) {

  /// For rows, unless the file says how long.
  public static final BatchTime OF_ROWS =
      new BatchTime(Duration.ofMillis(2), Duration.ofMillis(50));

  /// For keys, unless the file says how long.
  public static final BatchTime OF_KEYS = new BatchTime(Duration.ofMillis(1), Duration.ofMillis(2));

  public static BatchTime always(Duration time) {
    return new BatchTime(time, time);
  }

  /// @param share of the time that is worked
  public Duration at(double share) {
    return share >= 1 ? alone : shared;
  }
}
