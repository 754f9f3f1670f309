package dev.segue.benchmarks;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.StepContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A run without a conductor, which can be held, and ended, between two batches.
final class RunContext implements StepContext {

  private static final long LOOK = Duration.ofMillis(1).toNanos();

  private volatile boolean held;
  private volatile boolean ended;

  /// Says that the benchmark has seen enough.
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
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

  @Override
  public String run() {
    return "benchmark-1";
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void progress(String what, double done) {}

  @Override
  public Facts factsOf(String stepId) {
    return Facts.NONE;
  }

  @Override
  public Window window() {
    return Window.BEFORE;
  }

  @Override
  public Fence fence() {
    return new Fence() {
      @Override
      public long epoch() {
        return 1;
      }

      @Override
      public void check(Connection connection) {}

      @Override
      public void check() {}
    };
  }

  /// Of this process's own.
  @Override
  public Path directory() {
    try {
      return Files.createDirectories(
          Path.of(System.getProperty("java.io.tmpdir"), "segue-benchmark"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Facts> facts() {
    return Map.of();
  }
}
