package dev.segue.backfill;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How long the rest will take. The rate is that of the last half minute or so, pauses and all, so
/// that it follows what happens and still does not jump; the nearer the end, the less its error
/// weighs.
///
/// @param at when it was last told
/// @param perSecond items a second; 0: not known yet
public record Estimate(Instant at, long done, double perSecond) {

  private static final double MEMORY_SECONDS = 30;

  /// What was done before does not count for the rate.
  public static Estimate from(Instant now, long done) {
    return new Estimate(now, done, 0);
  }

  public Estimate after(long doneByNow, Instant now) {
    double seconds = Duration.between(at, now).toNanos() / 1e9;
    if (seconds <= 0) {
      return this;
    }
    double recent = (doneByNow - done) / seconds;
    double weight = perSecond == 0 ? 1 : 1 - Math.exp(-seconds / MEMORY_SECONDS);
    return new Estimate(now, doneByNow, perSecond + weight * (recent - perSecond));
  }

  /// @return empty: not known, or standing still
  public Optional<Duration> left(long total) {
    if (perSecond <= 0) {
      return Optional.empty();
    }
    double seconds = Math.max(0, total - done) / perSecond;
    return Optional.of(Duration.ofSeconds(Math.round(seconds)));
  }

  /// 0 to 1; a total that was too small is not passed.
  public double share(long total) {
    return total <= 0 ? 1 : Math.min(1, (double) done / total);
  }
}
