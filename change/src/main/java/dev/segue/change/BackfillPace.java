package dev.segue.change;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// How fast data is changed beside users, and what holds it up.
///
/// @param share of the time that is worked, up to 1; the rest is slept
/// @param maxBatch items; no batch is larger; 0: as the store likes
/// @param quiet hours in which nothing is done; null: none
public record BackfillPace(
    double share, BatchTime batchTime, int maxBatch, Limits limits, @Nullable Quiet quiet) {

  private static final double HURRY = 0.5;

  /// On the way back: half of the time at least, and at any hour. All limits stay, but that of
  /// memory: what was kept goes.
  public BackfillPace hurried() {
    return with(Math.max(share, HURRY), null).freeing();
  }

  /// For work that makes room in memory: a lack of it is no reason to wait.
  public BackfillPace freeing() {
    return new BackfillPace(share, batchTime, maxBatch, limits.withoutMemory(), quiet);
  }

  /// The same at other times.
  public BackfillPace with(double otherShare, @Nullable Quiet otherQuiet) {
    return new BackfillPace(otherShare, batchTime, maxBatch, limits, otherQuiet);
  }

  /// The same in batches of other sizes.
  BackfillPace with(int otherMaxBatch) {
    return new BackfillPace(share, batchTime, otherMaxBatch, limits, quiet);
  }

  /// What is kept to meanwhile. One that is null is not set.
  ///
  /// @param health a page whose 95th percentile must stay below `maxHealthTime`
  /// @param maxMemory share of the server's memory limit, up to 1
  /// @param maxBacklog share of the replication backlog, up to 1
  public record Limits(
      @Nullable Duration maxLag,
      @Nullable Integer maxActive,
      @Nullable Integer maxWaiting,
      @Nullable Long maxWalBytesPerSecond,
      @Nullable Duration maxLatency,
      @Nullable Double maxMemory,
      @Nullable Double maxBacklog,
      @Nullable String health,
      @Nullable Duration maxHealthTime) {

    public static final Limits NONE = ofRows(null, null, null, null);

    /// Those that a server of rows can be held to.
    public static Limits ofRows(
        @Nullable Duration maxLag,
        @Nullable Integer maxActive,
        @Nullable Integer maxWaiting,
        @Nullable Long maxWalBytesPerSecond) {
      return new Limits(
          maxLag, maxActive, maxWaiting, maxWalBytesPerSecond, null, null, null, null, null);
    }

    /// Those that a server of keys can be held to.
    public static Limits ofKeys(
        @Nullable Duration maxLag,
        @Nullable Duration maxLatency,
        @Nullable Double maxMemory,
        @Nullable Double maxBacklog) {
      return new Limits(maxLag, null, null, null, maxLatency, maxMemory, maxBacklog, null, null);
    }

    Limits withoutMemory() {
      return new Limits(
          maxLag,
          maxActive,
          maxWaiting,
          maxWalBytesPerSecond,
          maxLatency,
          null,
          maxBacklog,
          health,
          maxHealthTime);
    }

    /// And this page's.
    public Limits with(@Nullable String page, @Nullable Duration maxTime) {
      return new Limits(
          maxLag,
          maxActive,
          maxWaiting,
          maxWalBytesPerSecond,
          maxLatency,
          maxMemory,
          maxBacklog,
          page,
          maxTime);
    }
  }

  /// Hours in which nothing is done; `from` after `to` goes over midnight.
  public record Quiet(LocalTime from, LocalTime to, ZoneId zone) {}
}
