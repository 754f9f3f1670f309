package dev.segue.postgres.backfill;

import dev.segue.change.Backfill;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;

/// Where a run lists the rows that failed.
final class FailedRows {

  private FailedRows() {}

  static Path file(StepContext context, Backfill backfill) {
    return context.directory().resolve("failed-" + backfill.name() + ".jsonl");
  }
}
