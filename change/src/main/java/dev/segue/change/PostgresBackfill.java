package dev.segue.change;

import java.time.Duration;

/// How rows are copied within a table while it is used.
///
/// @param share of the time that is worked, up to 1; the rest is slept
/// @param maxLag replicas further behind stop the copying until they have come up
/// @param maxWaiting more sessions waiting for a lock we hold stop the copying for a moment
public record PostgresBackfill(double share, BatchTime batchTime, Duration maxLag, int maxWaiting) {

  /// The share of `pace: default`: what users do not notice.
  public static final double DEFAULT_SHARE = 0.05;

  public static final PostgresBackfill DEFAULT =
      new PostgresBackfill(DEFAULT_SHARE, BatchTime.OF_ROWS, Duration.ofSeconds(10), 4);

  public PostgresBackfill withShare(double other) {
    return new PostgresBackfill(other, batchTime, maxLag, maxWaiting);
  }
}
