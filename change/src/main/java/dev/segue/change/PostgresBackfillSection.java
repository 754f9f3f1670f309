package dev.segue.change;

import static dev.segue.change.Key.optional;

import java.time.Duration;

/// `postgres.backfill`: how rows are copied.
final class PostgresBackfillSection {

  private static final Key<Double> PACE =
      optional(
          "pace",
          Measures.SHARE,
          "default",
          "How much of the time is worked: default is what users do not notice, full knows no rest,"
              + " 30% sleeps seven tenths of the time.");
  private static final Key<Duration> BATCH_TIME =
      optional(
          "batch-time",
          Scalars.TIME,
          "How long one transaction should take: so long the rows of a batch stay locked; 2ms, and"
              + " 50ms at full pace, when not given.");
  private static final Key<Duration> MAX_LAG =
      optional(
          "max-lag",
          Scalars.TIME,
          "10s",
          "Replicas further behind than this stop the copying until they have come up.");
  private static final Key<Integer> MAX_WAITING =
      optional(
          "max-waiting",
          Scalars.number("a number of sessions", 0, 10_000),
          "4",
          "More sessions than this waiting for a lock of ours stop the copying for a moment.");

  static final Form<PostgresBackfill> BACKFILL =
      MappingForm.of(
          f ->
              new PostgresBackfill(
                  f.get(PACE),
                  f.find(BATCH_TIME).map(BatchTime::always).orElse(BatchTime.OF_ROWS),
                  f.get(MAX_LAG),
                  f.get(MAX_WAITING)),
          PACE,
          BATCH_TIME,
          MAX_LAG,
          MAX_WAITING);

  private PostgresBackfillSection() {}
}
