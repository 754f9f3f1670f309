package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Copies until no row is left to do.
///
/// @param id `backfill-TABLE`
/// @param required whether a new run needs it, see [Step#needed]
public record BackfillStep(
    Site site, String id, String title, Copying.Source source, BooleanSupplier required)
    implements Step {

  private static final Duration BEFORE_CONNECTING_AGAIN = Duration.ofSeconds(2);

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public boolean needed() {
    return required.getAsBoolean();
  }

  @Override
  public PlannedStep describe() {
    try (Connection connection = site.open("planning " + id)) {
      Copying copying = source.read(connection);
      String note = Forecast.of(connection, copying.table()).words(site);
      List<Statement> statements = new ArrayList<>();
      for (Part part : Part.of(connection, copying.table())) {
        statements.add(
            new Statement(
                copying.update(part.table(), part.way().shown()),
                "ROW EXCLUSIVE on " + part.table(),
                statements.isEmpty() ? note : null));
      }
      statements.add(
          new Statement("ANALYZE " + copying.table() + " " + copying.columns(), null, null));
      return new PlannedStep(
          id,
          stage(),
          title,
          statements,
          "Nothing to do but to forget the position: the columns go with their own step",
          "PostgreSQL: each batch is one transaction, its position in segue.backfill included; the"
              + " next start goes on from there");
    } catch (SQLException e) {
      throw Sql.failed("planning " + id, e);
    }
  }

  @Override
  public Observation observe(StepContext context) {
    try (Connection connection = site.open("looking at " + id)) {
      Optional<Checkpoint> found = Checkpoint.of(connection, site, id, context.run());
      if (found.isEmpty()) {
        return Observation.ABSENT;
      }
      Checkpoint at = found.get();
      return at.finished()
          ? new Observation.Present(Facts.of("rows", at.rows()))
          : new Observation.Partial(
              "%,d rows are copied, in pass %d".formatted(at.rows(), at.pass()), true);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + id, e);
    }
  }

  @Override
  public Facts apply(StepContext context) {
    return apply(context, site::open, pid -> ServerSignals.open(site, pid));
  }

  /// Opens a connection for a purpose.
  @FunctionalInterface
  interface Opener {
    Connection open(String purpose);
  }

  /// Begins to watch the server.
  @FunctionalInterface
  interface Watching {
    /// @param pid of the backend that copies
    Signals open(int pid);
  }

  /// A server that restarts in the middle of hours of copying is waited for.
  Facts apply(StepContext context, Opener opener, Watching watching) {
    int lost = 0;
    while (true) {
      try (Connection connection = opener.open("copying, " + id)) {
        int pid = Sql.one(connection, "select pg_catalog.pg_backend_pid()", row -> row.getInt(1));
        try (Signals signals = watching.open(pid)) {
          Copying copying = source.read(connection);
          return new Copier(site, id, copying, context, connection, signals).copy();
        }
      } catch (SQLException e) {
        lost = again(Sql.failed("copying, " + id, e), lost);
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

  @Override
  public Facts takeBack(StepContext context) {
    try (Connection connection = site.open("forgetting how far " + id + " came")) {
      connection.setAutoCommit(false);
      context.fence().check(connection);
      Checkpoint.forget(connection, site, id);
      connection.commit();
      return Facts.NONE;
    } catch (SQLException e) {
      throw Sql.failed("forgetting how far " + id + " came", e);
    }
  }
}
