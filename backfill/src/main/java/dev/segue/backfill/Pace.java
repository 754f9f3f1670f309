package dev.segue.backfill;

import java.time.Duration;

/// How many items the next batch has, so that one takes as long as it should.
///
/// Follows the measured rate, smoothed; grows by half at most from one batch to the next, and goes
/// down at once when a batch took twice as long as it should.
///
/// @param target how long a batch should take
/// @param perMilli items a millisecond, smoothed; 0: not known yet
public record Pace(Bounds bounds, Duration target, int size, double perMilli) {

  private static final double WEIGHT_OF_PAST = 0.75;
  private static final double GROWTH = 1.5;
  private static final double SPIKE = 2;

  /// @param first size of the first batch
  /// @param least no batch is smaller, but at the end
  /// @param most no batch is larger
  public record Bounds(int first, int least, int most) {
    public Bounds {
      if (least < 1 || first < least || most < first) {
        throw new IllegalArgumentException(least + " " + first + " " + most);
      }
    }
  }

  public Pace {
    if (!target.isPositive()) {
      throw new IllegalArgumentException(target.toString());
    }
  }

  public static Pace of(Bounds bounds, Duration target) {
    return new Pace(bounds, target, bounds.first(), 0);
  }

  /// With another time for a batch: at once, as far as the rate is known.
  public Pace towards(Duration other) {
    if (other.equals(target)) {
      return this;
    }
    int next = perMilli == 0 ? size : within(perMilli * millis(other));
    return new Pace(bounds, other, next, perMilli);
  }

  /// After a batch of so many items that took so long.
  public Pace after(long items, Duration took) {
    double millis = Math.max(millis(took), 0.001);
    double measured = items / millis;
    double wantedMillis = millis(target);
    boolean spike = millis > SPIKE * wantedMillis;
    double rate =
        perMilli == 0 || spike
            ? measured
            : WEIGHT_OF_PAST * perMilli + (1 - WEIGHT_OF_PAST) * measured;
    double wanted = Math.min(rate * wantedMillis, size * GROWTH);
    return new Pace(bounds, target, within(spike ? Math.min(wanted, size / 2.0) : wanted), rate);
  }

  /// After a batch that could not be done: half of it.
  public Pace halved() {
    return new Pace(bounds, target, Math.max(1, size / 2), perMilli);
  }

  /// Whether a batch cannot be made any smaller.
  public boolean single() {
    return size == 1;
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }

  private int within(double wanted) {
    return (int) Math.clamp(Math.ceil(wanted), bounds.least(), bounds.most());
  }
}
