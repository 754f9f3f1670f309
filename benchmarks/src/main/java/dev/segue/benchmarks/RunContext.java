package dev.segue.benchmarks;

import dev.segue.conductor.LoneRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// A run without a conductor, which can be held, and ended, between two batches.
final class RunContext extends LoneRun {

  private static final long LOOK = Duration.ofMillis(1).toNanos();

  private volatile boolean held;
  private volatile boolean ended;

  /// Says that the benchmark has seen enough.
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  RunContext() {
    super("benchmark-1", directoryOfAll());
  }

  private static Path directoryOfAll() {
    try {
      return Files.createDirectories(
          Path.of(System.getProperty("java.io.tmpdir"), "segue-benchmark"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void hold(boolean now) {
    held = now;
  }

  void end() {
    ended = true;
  }

  @Override
  public void pause(Duration time) {
    if (time.isPositive()) {
      LockSupport.parkNanos(time.toNanos());
    }
    while (held && !ended) {
      LockSupport.parkNanos(LOOK);
    }
    if (ended) {
      throw new Ended();
    }
  }
}
