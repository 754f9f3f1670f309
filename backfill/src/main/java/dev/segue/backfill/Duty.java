package dev.segue.backfill;

import java.time.Duration;

/// The share of time that is worked; the rest is slept. Under pressure the share is halved at once,
/// without it the share comes back little by little.
///
/// @param most the share without pressure, up to 1
/// @param share now
public record Duty(double most, double share) {

  private static final double DOWN = 0.5;
  private static final double UP = 0.05;
  private static final double LEAST = 0.02;

  public Duty {
    if (!(most > 0 && most <= 1 && share > 0 && share <= most)) {
      throw new IllegalArgumentException(share + " of " + most);
    }
  }

  public static Duty of(double most) {
    return new Duty(most, most);
  }

  /// With another share at most: at once, where it is another.
  public Duty within(double other) {
    return other == most ? this : of(other);
  }

  public Duty pressed() {
    return new Duty(most, Math.max(Math.min(LEAST, most), share * DOWN));
  }

  public Duty eased() {
    return new Duty(most, Math.min(most, share + UP * most));
  }

  /// How long to sleep after so much work.
  public Duration rest(Duration worked) {
    return Duration.ofNanos(Math.round(worked.toNanos() * (1 - share) / share));
  }
}
