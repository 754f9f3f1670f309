package dev.segue.examples.members;

import java.time.Duration;
import java.util.ArrayDeque;

/// How many requests were answered with 500 or 503 in the last minute, of the last thousand.
/// Thread-safe.
final class RecentErrors {

  private static final int KEPT = 1_000;
  private static final long SPAN = Duration.ofMinutes(1).toNanos();

  private final ArrayDeque<Long> times = new ArrayDeque<>();

  synchronized void add() {
    if (times.size() == KEPT) {
      times.removeFirst();
    }
    times.addLast(System.nanoTime());
  }

  synchronized int count() {
    long now = System.nanoTime();
    while (!times.isEmpty() && now - times.getFirst() > SPAN) {
      times.removeFirst();
    }
    return times.size();
  }
}
