package dev.segue.postgres.operation;

import static java.util.stream.Collectors.joining;

import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `add-unique`.
record UniqueAddition(AddUnique operation) implements Undertaking {

  private static final int NULLS_SINCE = 15;

  @Override
  public List<Step> steps(Site site) {
    Journey journey =
        Journey.expanding(
            "add-unique-%s-%s".formatted(operation.table(), operation.name()),
            "%s is unique in %s (constraint %s)"
                .formatted(
                    String.join(", ", operation.columns()), operation.table(), operation.name()),
            this::course);
    return List.of(new JourneyStep(site, journey));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    Taken.constraint(connection, table, operation.name(), operation.where().of("name"));
    String columns = "(" + names(operation.columns()) + ")";
    String include =
        operation.include().isEmpty() ? "" : " INCLUDE (" + names(operation.include()) + ")";
    String nulls = operation.nullsNotDistinct() ? "NULLS NOT DISTINCT" : "";
    ConstraintIndex made =
        new ConstraintIndex(
            table,
            table.partitions(connection),
            operation.name(),
            "UNIQUE",
            (nulls + " " + columns + include).strip(),
            columns + include + (nulls.isEmpty() ? "" : " " + nulls),
            operation.deferrable() ? " DEFERRABLE" : "");
    return new Course(made.pieces(), made.back(), made.stands());
  }

  private static String names(List<String> columns) {
    return columns.stream().map(Identifiers::quoted).collect(joining(", "));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    if (operation.nullsNotDistinct()
        && inquiry.connection().getMetaData().getDatabaseMajorVersion() < NULLS_SINCE) {
      inquiry.refuse(
          operation.where().of("nulls-not-distinct"), "PostgreSQL knows it from 15 on", null);
    }
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()) {
      for (String column : operation.columns()) {
        inquiry.column(operation.where().of("columns"), table.get(), operation.table(), column);
      }
      inquiry.plotted(this::course);
      Violations.duplicates(
          inquiry, operation.at(), table.get(), operation.columns(), operation.nullsNotDistinct());
    }
  }
}
