package dev.segue.backfill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// How far behind a copy is in time, from positions in a log alone: where the original stood when.
/// A copy that stands still falls behind with the clock, whatever it says of itself.
///
/// @param marks the oldest first
public record LagTrail(List<Mark> marks) {

  private static final int LONGEST = 1000;

  public static final LagTrail EMPTY = new LagTrail(List.of());

  /// @param position of the original then
  public record Mark(long position, Instant at) {}

  public LagTrail {
    marks = List.copyOf(marks);
  }

  /// The original stands here now, and the copy that is furthest behind stands there.
  public LagTrail moved(long original, long copy, Instant now) {
    List<Mark> open = new ArrayList<>();
    for (Mark mark : marks) {
      if (mark.position() > copy) {
        open.add(mark);
      }
    }
    if (open.isEmpty() || open.getLast().position() < original) {
      open.add(new Mark(original, now));
    }
    // The first mark says how old the lag is; of those between, half say enough.
    if (open.size() > LONGEST) {
      open.subList(LONGEST / 2, LONGEST).clear();
    }
    return new LagTrail(open);
  }

  /// Since when the copy lacks something.
  public Duration lag(long copy, Instant now) {
    return marks.stream()
        .filter(mark -> mark.position() > copy)
        .findFirst()
        .map(mark -> Duration.between(mark.at(), now))
        .orElse(Duration.ZERO);
  }
}
