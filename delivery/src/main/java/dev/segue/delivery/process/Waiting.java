package dev.segue.delivery.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A way to wait that somebody else may break off. Inside a step it is the step's own `await`.
@FunctionalInterface
public interface Waiting {

  /// @return false when the time was up before the condition held
  boolean until(BooleanSupplier condition, Duration atMost, Duration every);

  /// Just waits; for use outside a run.
  static Waiting plain() {
    return (condition, atMost, every) -> {
      long end = System.nanoTime() + atMost.toNanos();
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
          return false;
        }
        LockSupport.parkNanos(every.toNanos());
      }
      return true;
    };
  }
}
