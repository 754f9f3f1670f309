package dev.segue.postgres.backfill;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.Blockers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// Says after each pass whether it was the last. None is that has left locked rows behind, however
/// many there were before: they are waited for, for so long, and then whoever holds them is named.
final class Passes {

  private static final Duration SHORT_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Job job;
  private final StepContext context;
  private final Connection connection;

  /// With which this process began; those before a crash do not count.
  private final int first;

  private int fruitless;

  Passes(Job job, StepContext context, Connection connection, int first) {
    this.job = job;
    this.context = context;
    this.connection = connection;
    this.first = first;
  }

  /// @param from where this process began with the pass
  /// @param at its end
  /// @throws SegueException EXTERNAL `lock-not-available`, `still-written-in-old-form`
  boolean last(Checkpoint from, Checkpoint at) throws SQLException {
    long found = at.counts().found();
    long before = from.counts().found();
    long done = at.rows() - from.rows();
    long left = found - before - done;
    boolean enough = at.pass() - first >= job.terms().passes() - 1;
    if (found == 0) {
      return true;
    }
    Terms.After after = job.terms().after();
    if (left > 0 && (done == 0 || (enough && after == Terms.After.LEAVE))) {
      waitForLocks();
      return false;
    }
    fruitless = 0;
    if (!enough) {
      return false;
    }
    return switch (after) {
      // What a pass before a crash has left is not known.
      case LEAVE -> left == 0 && before == 0;
      case REFUSE -> {
        if (done > 0) {
          throw stillWritten(at, found);
        }
        yield false;
      }
    };
  }

  private SegueException stillWritten(Checkpoint at, long found) {
    return new SegueException(
        Kind.EXTERNAL,
        "still-written-in-old-form",
        "In pass %d there were still %,d rows of %s in the old form: somebody writes them."
            .formatted(at.pass(), found, job.work().table()),
        "Stop whoever writes the old form, then run the same command again.");
  }

  private void waitForLocks() throws SQLException {
    fruitless++;
    String table = job.work().written();
    List<String> tables = Part.of(connection, table).stream().map(Part::table).toList();
    String holders =
        Blockers.of(connection, tables).stream()
            .map(Blockers.Session::toString)
            .collect(Collectors.joining("\n  ", "\n  ", ""));
    connection.commit();
    if (fruitless >= job.terms().lockAttempts()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "lock-not-available",
          "Some rows of %s stayed locked through %d passes of %s. In transactions on it:%s"
              .formatted(table, fruitless, job.doing(), holders),
          "Let these sessions end, or end them with SELECT pg_terminate_backend(PID); then run the"
              + " same command again: what is done stays done, and what is kept stays until then.");
    }
    context.progress("waiting for locked rows, held perhaps by" + holders, Double.NaN);
    Duration pause = SHORT_PAUSE.multipliedBy(1L << Math.min(fruitless, 12));
    context.pause(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }
}
