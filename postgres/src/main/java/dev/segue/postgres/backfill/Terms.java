package dev.segue.postgres.backfill;

import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.PostgresBackfill;
import dev.segue.postgres.online.Site;

/// How fast, and how long.
///
/// @param lockAttempts so many passes in a row may find nothing but locked rows
/// @param passes at most; what is written in the old form meanwhile would else never end it
record Terms(BackfillPace pace, int lockAttempts, int passes) {

  private static final int LARGEST_BATCH = 20_000;

  /// Of what is declared: nothing keeps what is written meanwhile in step.
  private static final int DECLARED_PASSES = 5;

  /// Behind columns that are kept in step.
  static Terms inStep(Site site) {
    PostgresBackfill settings = site.target().backfill();
    BackfillPace pace =
        new BackfillPace(
            settings.share(),
            settings.batchTime(),
            0,
            Limits.ofRows(settings.maxLag(), null, settings.maxWaiting(), null),
            null);
    return new Terms(pace, site.target().lockAttempts(), Integer.MAX_VALUE);
  }

  static Terms declared(BackfillPace pace, Site site) {
    return new Terms(pace, site.target().lockAttempts(), DECLARED_PASSES);
  }

  int largestBatch() {
    return pace.maxBatch() > 0 ? pace.maxBatch() : LARGEST_BATCH;
  }
}
