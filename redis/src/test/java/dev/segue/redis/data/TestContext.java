package dev.segue.redis.data;

import dev.segue.conductor.Fence;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.LoneRun;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A run that can be told to die at some call, as a killed process does.
final class TestContext extends LoneRun {

  /// Nobody catches it but the test.
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final AtomicLong callsLeft = new AtomicLong(Long.MAX_VALUE);
  private final List<String> said = new CopyOnWriteArrayList<>();
  private volatile Runnable atEachCall = () -> {};
  private volatile long epoch = 1;
  private volatile boolean superseded;

  TestContext(Path directory) {
    super("change-1", directory);
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

  /// From the next check of the fence on; one that has begun has passed.
  void superseded() {
    superseded = true;
  }

  /// Whether this was among what a person would have been told.
  boolean said(String words) {
    return said.stream().anyMatch(what -> what.contains(words));
  }

  @Override
  public void progress(String what, double done) {
    said.add(what);
  }

  private void call() {
    atEachCall.run();
    if (callsLeft.getAndDecrement() <= 0) {
      throw new Died();
    }
  }

  @Override
  public void pause(Duration time) {
    call();
    if (time.isPositive()) {
      LockSupport.parkNanos(time.toNanos());
    }
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
        boolean late = superseded;
        call();
        if (late) {
          throw new FencedException("superseded");
        }
      }
    };
  }
}
