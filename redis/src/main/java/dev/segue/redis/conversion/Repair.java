package dev.segue.redis.conversion;

import org.jspecify.annotations.Nullable;

/// Puts the default in the place of what is unfit, where there is one, and counts.
final class Repair {

  private final @Nullable Value instead;
  private int count;

  /// @param instead null: nothing is repaired
  Repair(@Nullable Value instead) {
    this.instead = instead;
  }

  Value of(Unfit unfit) throws Unfit {
    if (instead == null) {
      throw unfit;
    }
    count++;
    return instead;
  }

  int count() {
    return count;
  }
}
