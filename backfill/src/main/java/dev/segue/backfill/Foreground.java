package dev.segue.backfill;

import dev.segue.conductor.Facts;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// How long short reads take before the work and during it: what users notice of it. The probe has
/// a thread of its own; what it cannot read is not counted.
public final class Foreground implements AutoCloseable {

  private static final int BEFORE = 50;
  private static final Duration BEFORE_EVERY = Duration.ofMillis(2);
  private static final Duration EVERY = Duration.ofMillis(200);

  private final Probe probe;
  private final Thread reader;
  private final Spread before = new Spread();
  private final Spread during = new Spread();
  private volatile boolean closed;

  private Foreground(Probe probe) {
    this.probe = probe;
    this.reader = Thread.ofPlatform().daemon().name("backfill-foreground").unstarted(this::watch);
  }

  /// Reads some before it returns, and goes on with it.
  public static Foreground watch(Probe probe) {
    Foreground foreground = new Foreground(probe);
    foreground.read(new Spread());
    for (int i = 0; i < BEFORE; i++) {
      foreground.read(foreground.before);
      LockSupport.parkNanos(BEFORE_EVERY.toNanos());
    }
    foreground.reader.start();
    return foreground;
  }

  private void watch() {
    while (!closed) {
      read(during);
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  private void read(Spread into) {
    long began = System.nanoTime();
    try {
      probe.read();
      into.add(System.nanoTime() - began);
    } catch (Exception e) {
      // Whoever does the work meets the same and says so.
    }
  }

  /// `p99_before_ms`, `p99_during_ms`.
  public Facts facts() {
    Facts facts = Facts.NONE;
    if (before.count() > 0) {
      facts = facts.with("p99_before_ms", millis(before));
    }
    return during.count() > 0 ? facts.with("p99_during_ms", millis(during)) : facts;
  }

  private static double millis(Spread spread) {
    return Math.round(spread.quantile(0.99) / 1e4) / 100.0;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(reader);
    try {
      reader.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    probe.close();
  }
}
