package dev.segue.backfill;

/// How times are spread, to a twentieth, in a little memory however many they are. Thread-safe.
final class Spread {

  private static final double STEP = Math.log(1.05);

  /// Up to hours.
  private final long[] counts = new long[700];

  private long count;

  synchronized void add(long nanos) {
    counts[(int) Math.min(counts.length - 1, Math.log((double) Math.max(1, nanos)) / STEP)]++;
    count++;
  }

  synchronized long count() {
    return count;
  }

  /// In nanoseconds; 0: nothing is known.
  synchronized double quantile(double share) {
    long wanted = (long) Math.ceil(share * (double) count);
    long passed = 0;
    for (int i = 0; i < counts.length && count > 0; i++) {
      passed += counts[i];
      if (passed >= wanted) {
        return Math.exp((i + 0.5) * STEP);
      }
    }
    return 0;
  }
}
