package dev.segue.cli;

import dev.segue.backfill.Confidence;
import dev.segue.backfill.Store.Verification;

/// What was found after a run, judged. Pure.
///
/// @param failed items of the whole that the run had to leave in their old form
/// @param allowed whether what was written since is as it should be
/// @param sure how sure a sample is to be
record Verified(Verification found, long failed, boolean allowed, Confidence sure) {

  boolean good() {
    return bad() == 0;
  }

  /// What may be wrong.
  long bad() {
    return found.different() + (allowed ? 0 : found.since()) + unexplained();
  }

  /// The largest share of the whole that may be wrong.
  double atMost() {
    return sure.atMost(found.compared(), bad());
  }

  /// Items in an old form that the run was not known to leave so. A store that lists them says it
  /// of each. Else they are counted against those of the whole: of a sample, once there are more
  /// than chance explains.
  private long unexplained() {
    Long listed = found.listed();
    if (listed != null) {
      return found.left() - listed;
    }
    if (!found.sampled()) {
      return Math.max(0, found.left() - failed);
    }
    double share = (double) failed / found.items();
    boolean chance =
        found.left() <= failed && sure.atLeast(found.compared(), found.left()) <= share;
    return chance ? 0 : Math.max(1, found.left() - Math.round(share * found.compared()));
  }
}
