package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
import dev.segue.change.BackfillPace;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/// Gives rows back what was kept of them, until nothing of it is left: what is kept goes next.
///
/// @param connection with autocommit on
record WayBack(
    RowsStep step, StepContext context, Connection connection, Declared declared, Keeping keeping) {

  /// A pass that finds nothing may have overlooked a row that moved behind its back.
  private static final int LOOKS = 5;

  /// @throws SegueException EXTERNAL `lock-not-available`, `rows-not-taken-back`
  Facts given() throws SQLException {
    Site site = step.site();
    BackfillPace pace = step.rows().pace().hurried();
    Job job =
        new Job(
            site,
            step.back(),
            "giving back old values",
            keeping.back(declared),
            Terms.untilNothing(pace, site),
            declared.quietly(),
            Optional.empty());
    Set<Integer> pids = Set.of(ServerSignals.pid(connection));
    try (Signals signals = Signals.of(pace, ServerSignals.open(site, pace, pids))) {
      for (int look = 1; look <= LOOKS; look++) {
        Facts facts = new Copier(job, context, connection, signals).copy();
        if (!keeping.unsettled(connection, declared)) {
          return facts;
        }
        anew();
      }
    }
    throw new SegueException(
        Kind.EXTERNAL,
        "rows-not-taken-back",
        "Some rows of %s moved each time they were about to get their old values back."
            .formatted(step.rows().table()),
        "They are written all the time. The same command again goes on; what is kept stays until"
            + " then.");
  }

  /// From the beginning, whatever an earlier one takes for done.
  private void anew() throws SQLException {
    context.fence().check(connection);
    Checkpoint.forget(connection, step.site(), step.back());
    connection.commit();
    connection.setAutoCommit(true);
  }
}
