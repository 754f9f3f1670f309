package dev.segue.backfill;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/// The last so many times that something took. Not for several threads.
final class Recent {

  private final int most;
  private final ArrayDeque<Duration> times = new ArrayDeque<>();

  Recent(int most) {
    this.most = most;
  }

  void add(Duration took) {
    times.addLast(took);
    if (times.size() > most) {
      times.removeFirst();
    }
  }

  /// @return zero: none yet
  Duration quantile(double share) {
    List<Duration> sorted = times.stream().sorted().toList();
    return sorted.isEmpty()
        ? Duration.ZERO
        : sorted.get((int) Math.clamp(Math.ceil(share * sorted.size()) - 1, 0, sorted.size() - 1));
  }
}
