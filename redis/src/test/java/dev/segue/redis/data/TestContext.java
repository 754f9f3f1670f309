package dev.segue.redis.data;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A run that can be told to die at some call, as a killed process does.
final class TestContext implements StepContext {

  /// Nobody catches it but the test.
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Path directory;
  private final AtomicLong callsLeft = new AtomicLong(Long.MAX_VALUE);
  private volatile Runnable atEachCall = () -> {};
  private volatile long epoch = 1;

  TestContext(Path directory) {
    this.directory = directory;
  }

  TestContext diesAfter(long calls) {
    callsLeft.set(calls);
    return this;
  }

  TestContext epoch(long of) {
    epoch = of;
    return this;
  }

  TestContext atEachCall(Runnable what) {
    atEachCall = what;
    return this;
  }

  private void call() {
    atEachCall.run();
    if (callsLeft.getAndDecrement() <= 0) {
      throw new Died();
    }
  }

  @Override
  public String run() {
    return "change-1";
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void pause(Duration time) {
    call();
    if (time.isPositive()) {
      LockSupport.parkNanos(time.toNanos());
    }
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    return condition.getAsBoolean();
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
        return epoch;
      }

      @Override
      public void check(Connection connection) throws FencedException {}

      @Override
      public void check() {
        call();
      }
    };
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Map<String, Facts> facts() {
    return Map.of();
  }
}
