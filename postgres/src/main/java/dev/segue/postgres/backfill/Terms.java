package dev.segue.postgres.backfill;

import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.PostgresBackfill;
import dev.segue.postgres.online.Site;

/// How fast, and how long.
///
/// @param lockAttempts so many passes in a row may find nothing but locked rows
/// @param passes so many are enough; rows that are locked are waited for all the same
/// @param after what comes after so many, where each still found rows to do
record Terms(BackfillPace pace, int lockAttempts, int passes, After after) {

  private static final int LARGEST_BATCH = 20_000;

  /// Nothing keeps what is written meanwhile in step, and it is looked for again before the end.
  private static final int DECLARED_PASSES = 5;

  private static final int CATCHING_PASSES = 30;

  enum After {
    /// What is found was written meanwhile, and is left to somebody later.
    LEAVE,
    /// Nobody comes later.
    REFUSE
  }

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
    return untilNothing(pace, site);
  }

  static Terms declared(BackfillPace pace, Site site) {
    return new Terms(pace, site.target().lockAttempts(), DECLARED_PASSES, After.LEAVE);
  }

  /// The last look for what was written in the old form.
  static Terms catching(BackfillPace pace, Site site) {
    return new Terms(pace, site.target().lockAttempts(), CATCHING_PASSES, After.REFUSE);
  }

  /// What is to be done becomes less with every pass.
  static Terms untilNothing(BackfillPace pace, Site site) {
    return new Terms(pace, site.target().lockAttempts(), Integer.MAX_VALUE, After.REFUSE);
  }

  int largestBatch() {
    return pace.maxBatch() > 0 ? pace.maxBatch() : LARGEST_BATCH;
  }
}
