package dev.segue.change;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The database that changes, and how patient Segue is with its locks.
///
/// @param scratch a server where scratch databases may be made; null: the target's own server
/// @param lockTimeout how long one try may wait for a lock (default 300 ms): while it waits, others
///   queue behind it
/// @param lockAttempts how often a lock is tried before the step gives up (default 30)
/// @param backfill how rows are copied
/// @param endIdleTransactions sessions in the way that have been idle in a transaction for longer
///   are ended; null: nobody is
public record PostgresTarget(
    DatabaseUrl url,
    @Nullable DatabaseUrl scratch,
    Duration lockTimeout,
    int lockAttempts,
    PostgresBackfill backfill,
    @Nullable Duration endIdleTransactions) {

  /// One that copies as by default and ends nobody.
  public PostgresTarget(
      DatabaseUrl url, @Nullable DatabaseUrl scratch, Duration lockTimeout, int lockAttempts) {
    this(url, scratch, lockTimeout, lockAttempts, PostgresBackfill.DEFAULT, null);
  }

  /// One that copies at the usual pace and ends nobody.
  public PostgresTarget(
      DatabaseUrl url,
      @Nullable DatabaseUrl scratch,
      Duration lockTimeout,
      int lockAttempts,
      PostgresBackfill backfill) {
    this(url, scratch, lockTimeout, lockAttempts, backfill, null);
  }
}
