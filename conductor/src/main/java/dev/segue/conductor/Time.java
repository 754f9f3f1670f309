package dev.segue.conductor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Time, passed in: the world's in production, a settable one in tests and in the simulation.
public interface Time extends InstantSource {

  /// Waits, or lets a simulated clock jump.
  void sleep(Duration duration);

  /// The world's.
  static Time real() {
    return new Time() {
      @Override
      public Instant instant() {
        return Instant.now();
      }

      @Override
      public void sleep(Duration duration) {
        try {
          Thread.sleep(duration);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new java.util.concurrent.CancellationException("interrupted while waiting");
        }
      }
    };
  }
}
