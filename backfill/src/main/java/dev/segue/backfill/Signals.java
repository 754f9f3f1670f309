package dev.segue.backfill;

import java.time.Instant;

/// Whether the server, and who works on it, can take the next batch.
public interface Signals extends AutoCloseable {

  Verdict verdict(Instant now);

  @Override
  void close();
}
