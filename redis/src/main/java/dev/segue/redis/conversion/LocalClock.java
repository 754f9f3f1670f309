package dev.segue.redis.conversion;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The offset of a zone at a local time. Of a time that the clock skips, and of one that it shows
/// twice, it is the offset before, as `java.time` has it, and Python with `fold=0`.
final class LocalClock {

  /// Up to here transitions are looked up in a table.
  private static final Instant LAST = Instant.ofEpochSecond(Epoch.FAR);

  private final ZoneRules rules;

  /// Local seconds from which on an offset holds.
  private final long[] from;

  private final int[] offsets;

  LocalClock(ZoneRules rules) {
    this.rules = rules;
    List<ZoneOffsetTransition> transitions = new ArrayList<>();
    ZoneOffsetTransition next = rules.nextTransition(Instant.MIN);
    while (next != null && next.getInstant().isBefore(LAST)) {
      transitions.add(next);
      next = rules.nextTransition(next.getInstant());
    }
    this.from =
        transitions.stream()
            .mapToLong(t ->
                t.toEpochSecond()
                    + Math.max(
                        t.getOffsetBefore().getTotalSeconds(),
                        t.getOffsetAfter().getTotalSeconds()))
            .toArray();
    this.offsets =
        transitions.stream().mapToInt(t -> t.getOffsetAfter().getTotalSeconds()).toArray();
  }

  /// @param local seconds since 1970, as if they were UTC
  int offset(long local) {
    if (from.length == 0 || local < from[0] || local >= Epoch.FAR) {
      return rules.isFixedOffset()
          ? rules.getOffset(Instant.EPOCH).getTotalSeconds()
          : rules
              .getOffset(LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC))
              .getTotalSeconds();
    }
    int found = Arrays.binarySearch(from, local);
    return offsets[found >= 0 ? found : -found - 2];
  }

  ZoneRules rules() {
    return rules;
  }
}
