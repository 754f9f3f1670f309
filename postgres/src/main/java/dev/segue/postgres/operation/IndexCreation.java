package dev.segue.postgres.operation;

import static java.util.stream.Collectors.joining;

import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// `create-index`.
record IndexCreation(CreateIndex operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    Journey journey =
        Journey.expanding(
            "create-index-" + operation.name(),
            "Build index %s on %s concurrently".formatted(operation.name(), operation.table()),
            this::course);
    return List.of(new JourneyStep(site, journey), new IndexUse(site, operation));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    // One that is not valid is what a build that was cut short has left.
    Refusal.whereTaken(
        connection,
        Conditions.relation(table.schema(), operation.name())
            + " and not "
            + Conditions.index(table.schema(), operation.name(), false),
        operation.where().of("name"),
        table.beside(operation.name()));
    IndexBuild build =
        new IndexBuild(
            table,
            table.partitions(connection),
            operation.name(),
            operation.unique() ? "UNIQUE " : "",
            body());
    return new Course(build.pieces(), build.back(), build.stands());
  }

  private String body() {
    String columns = operation.include().stream().map(Identifiers::quoted).collect(joining(", "));
    return (operation.using() == null ? "" : "USING " + Identifiers.quoted(operation.using()) + " ")
        + "("
        + String.join(", ", operation.on())
        + ")"
        + (columns.isEmpty() ? "" : " INCLUDE (" + columns + ")")
        + (operation.options() == null ? "" : " WITH (" + operation.options().strip() + ")")
        + (operation.condition() == null ? "" : " WHERE " + operation.condition().strip());
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    if (inquiry.table(operation.at(), operation.table()).isPresent()) {
      inquiry.plotted(this::course);
    }
  }
}
