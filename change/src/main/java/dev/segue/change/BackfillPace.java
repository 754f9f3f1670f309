package dev.segue.change;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// How fast data is changed beside users, and what holds it up. A limit that is null is not set.
///
/// @param share of the time that is worked, up to 1; the rest is slept
/// @param maxBatch items; no batch is larger; 0: as the store likes
/// @param health a page whose 95th percentile must stay below `maxHealthTime`
/// @param maxMemory share of the server's memory limit, up to 1
/// @param maxBacklog share of the replication backlog, up to 1
public record BackfillPace(
    double share,
    BatchTime batchTime,
    int maxBatch,
    @Nullable Duration maxLag,
    @Nullable Integer maxActive,
    @Nullable Integer maxWaiting,
    @Nullable Long maxWalBytesPerSecond,
    @Nullable String health,
    @Nullable Duration maxHealthTime,
    @Nullable Duration maxLatency,
    @Nullable Double maxMemory,
    @Nullable Double maxBacklog,
    @Nullable Quiet quiet) {

  private static final double HURRY = 0.5;

  /// On the way back: half of the time at least, and at any hour. All limits stay.
  public BackfillPace hurried() {
    return with(Math.max(share, HURRY), null);
  }

  /// The same at other times.
  public BackfillPace with(double otherShare, @Nullable Quiet otherQuiet) {
    return new BackfillPace(
        otherShare,
        batchTime,
        maxBatch,
        maxLag,
        maxActive,
        maxWaiting,
        maxWalBytesPerSecond,
        health,
        maxHealthTime,
        maxLatency,
        maxMemory,
        maxBacklog,
        otherQuiet);
  }

  /// Hours in which nothing is done; `from` after `to` goes over midnight.
  public record Quiet(LocalTime from, LocalTime to, ZoneId zone) {}
}
