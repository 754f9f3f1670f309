package dev.segue.testkit;

import dev.segue.testkit.LoadFigures.Failure;
import dev.segue.testkit.LoadFigures.Part;
import dev.segue.testkit.LoadFigures.Second;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Counts the ends of requests, whole and by phase, version and second. Thread-safe.
final class Tally {

  private static final int FIRST_FAILURES = 20;
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

  private final Instant began;
  private final Map<String, Count> phases = new LinkedHashMap<>();
  private final Map<String, Count> versions = new TreeMap<>();
  private final TreeMap<Integer, Count> seconds = new TreeMap<>();
  private final List<Failure> firstFailures = new ArrayList<>();
  private Count phase;
  private long requests;
  private long failed;

  Tally(Instant began, String firstPhase) {
    this.began = began;
    this.phase = new Count(3);
    phases.put(firstPhase, phase);
  }

  synchronized void phase(String name) {
    phase = phases.computeIfAbsent(name, _ -> new Count(3));
  }

  synchronized void answered(Instant at, String version, Duration latency) {
    count(at, version, latency, false);
  }

  synchronized void failed(Failure failure, Duration latency) {
    count(failure.at(), failure.version(), latency, true);
    if (firstFailures.size() < FIRST_FAILURES) {
      firstFailures.add(failure);
    }
  }

  private void count(Instant at, String version, Duration latency, boolean bad) {
    long micros = Math.clamp(TimeUnit.NANOSECONDS.toMicros(latency.toNanos()), 0, LONGEST_MICROS);
    int second = (int) Duration.between(began, at).toSeconds();
    requests++;
    failed += bad ? 1 : 0;
    phase.add(micros, bad);
    versions.computeIfAbsent(version, _ -> new Count(3)).add(micros, bad);
    seconds.computeIfAbsent(second, _ -> new Count(2)).add(micros, bad);
  }

  synchronized LoadFigures figures(Instant now, long begun) {
    return new LoadFigures(
        began,
        Duration.between(began, now),
        requests,
        failed,
        begun - requests,
        parts(phases),
        parts(versions),
        seconds.entrySet().stream().map(e -> e.getValue().second(e.getKey())).toList(),
        List.copyOf(firstFailures));
  }

  /// The requests that ended since some seconds ago, with the second that is now running.
  synchronized Part last(Instant now, int span) {
    int from = (int) Duration.between(began, now).toSeconds() - span;
    Count sum = new Count(2);
    seconds.tailMap(from, true).values().forEach(sum::add);
    return sum.part();
  }

  synchronized long requests() {
    return requests;
  }

  synchronized long failed() {
    return failed;
  }

  private static Map<String, Part> parts(Map<String, Count> counts) {
    Map<String, Part> parts = new LinkedHashMap<>();
    counts.forEach((name, count) -> parts.put(name, count.part()));
    return Collections.unmodifiableMap(parts);
  }

  private static final class Count {
    private final Histogram micros;
    private long failed;

    Count(int digits) {
      micros = new Histogram(digits);
    }

    void add(long value, boolean bad) {
      micros.recordValue(value);
      failed += bad ? 1 : 0;
    }

    void add(Count other) {
      micros.add(other.micros);
      failed += other.failed;
    }

    Part part() {
      return new Part(micros.getTotalCount(), failed, Latency.of(micros));
    }

    Second second(int second) {
      return new Second(second, micros.getTotalCount(), failed, Latency.of(micros));
    }
  }
}
