package dev.segue.postgres.backfill;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The last way back is closed: nothing is kept any longer.
///
/// @param step whose traces they are
record RowsForgetStep(RowsStep step) implements Irrevocable {

  @Override
  public String id() {
    return "forget-" + step.rows().name();
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Forget old values of " + step.rows().table(),
        List.of(),
        "Cannot be taken back",
        "PostgreSQL: what is dropped is dropped; the next start drops the rest");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try (Connection connection = step.site().open("forgetting old values")) {
      if (Prompt.asks(
          connection,
          "select pg_catalog.to_regclass(?) is not null",
          TableName.parse(step.rows().table()).quoted())) {
        Declared declared = Declared.read(connection, step.rows());
        Keeping.of(connection, step.site(), declared).remove(context);
      }
      step.forget(context, connection);
      return Facts.NONE;
    } catch (SQLException e) {
      throw Sql.failed("forgetting old values", e);
    }
  }
}
