package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `set-not-null` without `fill`: nobody writes NULL when the old version is gone.
record NotNullSetting(SetNotNull operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.contracting(
                "set-not-null-%s-%s".formatted(operation.table(), operation.column()),
                "%s of %s refuses NULL".formatted(operation.column(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    NotNull made = NotNull.of(connection, table, operation.column());
    return Course.forGood(made.pieces(), "select " + made.holds());
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()
        && inquiry.column(
            operation.where().of("column"), table.get(), operation.table(), operation.column())) {
      inquiry.plotted(this::course);
      Violations.count(
          inquiry,
          operation.at(),
          table.get(),
          quoted(operation.column()) + " is null",
          "rows of %s have no %s".formatted(table.get().quoted(), operation.column()));
    }
  }
}
