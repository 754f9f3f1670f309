package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Copies until no row is left to do.
///
/// @param id `backfill-TABLE`
/// @param required whether a new run needs it, see [Step#needed]
public record BackfillStep(
    Site site, String id, String title, Copying.Source source, BooleanSupplier required)
    implements Step {

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
                copying.all(part.table(), part.way().shown(), true),
                "ROW EXCLUSIVE on " + part.table(),
                statements.isEmpty() ? note : null));
      }
      statements.add(
          new Statement("ANALYZE " + copying.table() + " " + copying.analyzed(), null, null));
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
    return apply(
        context,
        site::open,
        pid -> ServerSignals.open(site, Terms.inStep(site).pace(), Set.of(pid)));
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

  Facts apply(StepContext context, Opener opener, Watching watching) {
    return new Patience(site, "copying, " + id, opener)
        .untilDone(
            context,
            connection -> {
              try (Signals signals = watching.open(ServerSignals.pid(connection))) {
                Copying copying = source.read(connection);
                Terms terms = Terms.inStep(site);
                Job job = new Job(site, id, "copying", copying, terms, true, Optional.empty());
                return new Copier(job, context, connection, signals).copy();
              }
            });
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
