package dev.segue.postgres.backfill;

import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// A server that restarts in the middle of hours of copying is waited for.
record Patience(Site site, String doing, BackfillStep.Opener opener) {

  private static final Duration BEFORE_CONNECTING_AGAIN = Duration.ofSeconds(2);

  /// Done from where the one before it left off.
  @FunctionalInterface
  interface Attempt {
    Facts on(Connection connection) throws SQLException;
  }

  Facts untilDone(StepContext context, Attempt attempt) {
    int lost = 0;
    while (true) {
      try (Connection connection = opener.open(doing)) {
        return attempt.on(connection);
      } catch (SQLException e) {
        lost = again(Sql.failed(doing, e), lost);
      } catch (SegueException e) {
        lost = again(e, lost);
      }
      context.progress("waiting for the server", Double.NaN);
      context.pause(BEFORE_CONNECTING_AGAIN);
    }
  }

  private int again(SegueException e, int lost) {
    boolean gone =
        e.code().equals("database-connection-lost") || e.code().equals("database-unreachable");
    if (!gone || lost >= site.target().lockAttempts()) {
      throw e;
    }
    return lost + 1;
  }
}
