package dev.segue.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Users who do not wait for each other: so many requests a second, whatever the answers. A
/// request's latency counts from when it was due.
final class Foreground implements AutoCloseable {

  private static final int SESSIONS = 16;
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

  private final Users users;
  private final int perSecond;
  private final long began = System.nanoTime();
  private final AtomicLong next = new AtomicLong();
  private final Map<String, Histogram> phases = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
  private final List<Future<?>> sessions = new ArrayList<>();
  private volatile String phase = "";
  private volatile boolean over;

  /// What they do.
  interface Users {
    Session open() throws SQLException;
  }

  /// One of them.
  interface Session extends AutoCloseable {

    /// The n-th request of all.
    void request(long n) throws SQLException;

    @Override
    void close() throws SQLException;
  }

  Foreground(Users users, int perSecond) {
    this.users = users;
    this.perSecond = perSecond;
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(threads.submit(this::session));
    }
  }

  /// What falls due from now on counts for this phase; blank: for none.
  void phase(String name) {
    phase = name;
  }

  Histogram of(String name) {
    return phases.computeIfAbsent(name, n -> new ConcurrentHistogram(LONGEST_MICROS, 3));
  }

  double millis(String name, double percentile) {
    return of(name).getValueAtPercentile(percentile) / 1000.0;
  }

  private Void session() throws SQLException {
    try (Session session = users.open()) {
      while (!over) {
        long n = next.getAndIncrement();
        long due = began + n * TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (long wait = due - System.nanoTime();
            wait > 0 && !over;
            wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        String counted = phase;
        session.request(n);
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due);
        if (!counted.isEmpty()) {
          of(counted).recordValue(Math.clamp(micros, 1, LONGEST_MICROS));
        }
      }
    }
    return null;
  }

  @Override
  public void close() {
    over = true;
    try {
      for (Future<?> session : sessions) {
        session.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A request of the foreground failed", e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  /// The same key for the same request in every run, spread over all.
  static long spread(long n, int keys) {
    return Math.floorMod(n * 7_368_787L, keys);
  }

  static void sleep(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /// What is going on beside it.
  static CompletableFuture<Void> beside(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofPlatform().daemon().start(task));
  }
}
