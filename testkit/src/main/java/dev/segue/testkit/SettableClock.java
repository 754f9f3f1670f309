package dev.segue.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands until somebody moves it. Waiting on it takes no time: the clock moves
/// instead. Thread-safe.
public final class SettableClock implements InstantSource {

  private Instant now;

  public SettableClock(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  public synchronized void set(Instant instant) {
    now = instant;
  }

  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  /// Returns at once, this much later; a negative time is none, as for a real wait.
  public void sleep(Duration time) {
    if (time.isPositive()) {
      advance(time);
    }
  }
}
