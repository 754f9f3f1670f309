package dev.segue.backfill;

import java.util.function.DoublePredicate;

/// What a sample says about the whole. Items are drawn at random; that the whole is finite is left
/// out of it, which errs on the careful side.
///
/// @param level how sure one wants to be, above 0 and below 1
public record Confidence(double level) {

  /// What is said where nobody asks for anything else.
  public static final Confidence USUAL = new Confidence(0.95);

  private static final int STEPS = 60;

  public Confidence {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("not between 0 and 1: " + level);
    }
  }

  /// How many must be looked at, and found good, to be so sure that no larger share is bad.
  public long sample(double share) {
    return (long) Math.ceil(Math.log1p(-level) / Math.log1p(-share));
  }

  /// The largest share of the whole that may be bad, as sure as that: the upper bound of Clopper
  /// and Pearson. With none bad in many it is about 3 in that number at 95 %.
  public double atMost(long looked, long bad) {
    if (bad >= looked) {
      return 1;
    }
    if (bad == 0) {
      return -Math.expm1(Math.log1p(-level) / looked);
    }
    return where((double) bad / looked, 1, share -> noMoreThan(bad, looked, share) > 1 - level);
  }

  /// The smallest share of the whole that must be bad, as sure as that: the lower bound.
  public double atLeast(long looked, long bad) {
    return bad == 0
        ? 0
        : where(
            0, (double) bad / looked, share -> 1 - noMoreThan(bad - 1, looked, share) < 1 - level);
  }

  /// Where what is so at the lower end ends.
  private static double where(double from, double to, DoublePredicate still) {
    double low = from;
    double high = to;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (still.test(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /// How likely at most so many of them are bad when this share of all is. Summed from the most
  /// likely one downwards, for those below become too small to matter.
  private static double noMoreThan(long bad, long looked, double share) {
    double odds = Math.log(share) - Math.log1p(-share);
    double term = looked * Math.log1p(-share);
    for (long k = 1; k <= bad; k++) {
      term += Math.log((double) (looked - k + 1) / k) + odds;
    }
    double sum = 0;
    for (long k = bad; k >= 0; k--) {
      double one = Math.exp(term);
      sum += one;
      if (one < sum * 1e-17 && k < bad) {
        break;
      }
      term -= k == 0 ? 0 : Math.log((double) (looked - k + 1) / k) + odds;
    }
    return sum;
  }
}
