package dev.segue.postgres.backfill;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.Blockers;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// Where a pass has found nothing but rows that somebody has locked: waits longer each time, and
/// names who holds them.
final class LockedRows {

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Site site;
  private final String table;
  private final StepContext context;
  private int passes;

  LockedRows(Site site, String table, StepContext context) {
    this.site = site;
    this.table = table;
    this.context = context;
  }

  /// A pass has done something, or has found nothing to do.
  void gone() {
    passes = 0;
  }

  /// @param connection with autocommit off
  void await(Connection connection, List<Part> parts) throws SQLException {
    passes++;
    List<String> tables = parts.stream().map(Part::table).toList();
    String holders =
        Blockers.of(connection, tables).stream()
            .map(Blockers.Session::toString)
            .collect(Collectors.joining("\n  ", "\n  ", ""));
    connection.commit();
    if (passes >= site.target().lockAttempts()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "lock-not-available",
          "Some rows of %s stayed locked through %d passes of copying. In transactions on it:%s"
              .formatted(table, passes, holders),
          "Let these sessions end, or end them with SELECT pg_terminate_backend(PID); then run the"
              + " same command again: what is copied stays copied.");
    }
    context.progress("waiting for locked rows, held perhaps by" + holders, Double.NaN);
    Duration pause = SHORTEST_PAUSE.multipliedBy(1L << Math.min(passes, 12));
    context.pause(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }
}
