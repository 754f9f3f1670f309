package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Gives the new form to rows that the old version has written in the old one, when it is gone.
///
/// @param step that gave it to the others
record RowsCatchStep(RowsStep step) implements Irrevocable {

  @Override
  public String id() {
    return step.caught();
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Give rows of " + step.rows().table() + " that were written since their new form",
        List.of(),
        "Cannot be taken back",
        "PostgreSQL: each batch is one transaction, its position in segue.backfill included; the"
            + " next start goes on from there");
  }

  @Override
  public Observation observe(StepContext context) {
    Site site = step.site();
    try (Connection connection = site.open("looking at " + id())) {
      return Checkpoint.of(connection, site, id(), context.run())
          .<Observation>map(at ->
              at.finished()
                  ? new Observation.Present(Facts.of("items", at.rows()))
                  : new Observation.Partial("%,d rows are done".formatted(at.rows()), true))
          .orElse(Observation.ABSENT);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + id(), e);
    }
  }

  @Override
  public Facts apply(StepContext context) {
    return new Patience(step.site(), "copying, " + id(), step.site()::open)
        .untilDone(context, connection -> caught(context, connection));
  }

  private Facts caught(StepContext context, Connection connection) throws SQLException {
    Site site = step.site();
    Declared declared = Declared.read(connection, step.rows());
    Job job =
        new Job(
            site,
            id(),
            "looking for rows written since",
            new Keeping.Nowhere().forward(declared),
            Terms.catching(step.rows().pace(), site),
            declared.quietly(),
            Optional.of(step.bad(context, connection, declared)));
    Set<Integer> pids = Set.of(ServerSignals.pid(connection));
    try (Signals signals =
        Signals.of(step.rows().pace(), ServerSignals.open(site, step.rows().pace(), pids))) {
      return new Copier(job, context, connection, signals).copy();
    }
  }
}
