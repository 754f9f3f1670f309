package dev.segue.postgres.backfill;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.PaceOrder;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What a worker sees of the run: it waits by itself, and ends when whoever leads it says so.
///
/// Thread-safe, of a context that is not.
final class WorkerContext implements StepContext {

  private final String run;
  private final StepContext leader;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile PaceOrder order;

  WorkerContext(StepContext leader) {
    this.leader = leader;
    this.run = leader.run();
    this.order = leader.pace();
  }

  /// The leader has ended the work.
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  void ordered(PaceOrder newest) {
    order = newest;
  }

  void end() {
    ended.countDown();
  }

  @Override
  public void pause(Duration time) {
    try {
      if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new EndedException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EndedException();
    }
  }

  @Override
  public PaceOrder pace() {
    return order;
  }

  @Override
  public String run() {
    return run;
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Fence fence() {
    return leader.fence();
  }

  /// The leader tells.
  @Override
  public void progress(String what, double done) {}

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Facts factsOf(String stepId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Window window() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path directory() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Facts> facts() {
    throw new UnsupportedOperationException();
  }
}
