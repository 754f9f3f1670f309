package dev.segue.backfill;

import java.time.Duration;

/// How many items the next batch has, so that one takes as long as it should.
///
/// Follows the measured rate, smoothed; grows by half at most from one batch to the next, and goes
/// down at once when a batch took twice as long as it should.
///
/// @param perMilli items a millisecond, smoothed; 0: not known yet
public record Pace(Bounds bounds, int size, double perMilli) {

  private static final double WEIGHT_OF_PAST = 0.75;
  private static final double GROWTH = 1.5;
  private static final double SPIKE = 2;

  /// @param target how long a batch should take
  /// @param first size of the first batch
  /// @param least no batch is smaller, but at the end
  /// @param most no batch is larger
  public record Bounds(Duration target, int first, int least, int most) {
    public Bounds {
      if (!target.isPositive() || least < 1 || first < least || most < first) {
        throw new IllegalArgumentException(target + " " + least + " " + first + " " + most);
      }
    }
  }

  public static Pace of(Bounds bounds) {
    return new Pace(bounds, bounds.first(), 0);
  }

  /// After a batch of so many items that took so long.
  public Pace after(long items, Duration took) {
    double millis = Math.max(took.toNanos() / 1e6, 0.001);
    double measured = items / millis;
    double target = bounds.target().toNanos() / 1e6;
    boolean spike = millis > SPIKE * target;
    double rate =
        perMilli == 0 || spike
            ? measured
            : WEIGHT_OF_PAST * perMilli + (1 - WEIGHT_OF_PAST) * measured;
    double wanted = Math.min(rate * target, size * GROWTH);
    return new Pace(bounds, within(spike ? Math.min(wanted, size / 2.0) : wanted), rate);
  }

  /// After a batch that could not be done: half of it.
  public Pace halved() {
    return new Pace(bounds, Math.max(1, size / 2), perMilli);
  }

  /// Whether a batch cannot be made any smaller.
  public boolean single() {
    return size == 1;
  }

  private int within(double wanted) {
    return (int) Math.clamp(Math.ceil(wanted), bounds.least(), bounds.most());
  }
}
