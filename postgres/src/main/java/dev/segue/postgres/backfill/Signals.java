package dev.segue.postgres.backfill;

import dev.segue.backfill.Verdict;
import java.time.Instant;

/// Whether the server, and who works on it, can take the next batch.
interface Signals extends AutoCloseable {

  Verdict verdict(Instant now);

  @Override
  void close();

  /// Begins to watch.
  @FunctionalInterface
  interface Source {
    /// @param pid of the backend that copies
    Signals open(int pid);
  }
}
