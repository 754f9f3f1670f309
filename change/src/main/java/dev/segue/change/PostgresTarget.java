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
public record PostgresTarget(
    DatabaseUrl url,
    @Nullable DatabaseUrl scratch,
    Duration lockTimeout,
    int lockAttempts,
    PostgresBackfill backfill) {

  public PostgresTarget(
      DatabaseUrl url, @Nullable DatabaseUrl scratch, Duration lockTimeout, int lockAttempts) {
    this(url, scratch, lockTimeout, lockAttempts, PostgresBackfill.DEFAULT);
  }
}
