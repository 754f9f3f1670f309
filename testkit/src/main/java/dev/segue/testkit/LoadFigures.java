package dev.segue.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a load has seen so far, from outside. Requests still in flight are in none of the counts.
///
/// @param requests answered or given up
/// @param failed of these, not answered with 2xx
/// @param inFlight due, and neither answered nor given up
/// @param phases by name, in the order they began
/// @param versions by the value of the version header; [#NO_VERSION] where an answer had none
/// @param seconds one entry for each second in which requests ended, in order
/// @param firstFailures the first of them, to find out why
public record LoadFigures(
    Instant began,
    Duration lasted,
    long requests,
    long failed,
    long inFlight,
    Map<String, Part> phases,
    Map<String, Part> versions,
    List<Second> seconds,
    List<Failure> firstFailures) {

  /// Answers without the version header, and requests without an answer.
  public static final String NO_VERSION = "-";

  /// A part of all requests.
  public record Part(long requests, long failed, Latency latency) {

    static final Part NONE = new Part(0, 0, Latency.NONE);
  }

  /// One second of the load.
  ///
  /// @param second since it began
  public record Second(int second, long requests, long failed, Latency latency) {}

  /// One request that failed.
  ///
  /// @param status null when there was no answer
  /// @param reason what the answer or the connection said
  public record Failure(
      Instant at, String request, @Nullable Integer status, String version, String reason) {}

  /// The requests that ended in a phase; none when there was no such phase.
  public Part phase(String name) {
    return phases.getOrDefault(name, Part.NONE);
  }

  /// The requests one version answered; none when it answered none.
  public Part version(String name) {
    return versions.getOrDefault(name, Part.NONE);
  }
}
