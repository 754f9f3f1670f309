package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.AddCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `add-check`: it holds for new rows at once, and is proved for the others afterwards.
record CheckAddition(AddCheck operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journeys.at(
                operation.when(),
                "add-check-%s-%s".formatted(operation.table(), operation.name()),
                "Check %s of %s begins to hold".formatted(operation.name(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    Taken.constraint(connection, table, operation.name(), operation.where().of("name"));
    String name = quoted(operation.name());
    List<Piece> there =
        List.of(
            Piece.exclusive(
                    "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID"
                        .formatted(table.quoted(), name, operation.condition().strip()),
                    table.quoted())
                .unless(Conditions.constraint(table.oid(), operation.name()))
                .noted("catalogue only: rows that are there are not looked at"),
            Piece.lasting(
                    "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(table.quoted(), name),
                    table.quoted())
                .unless(Conditions.validConstraint(table.oid(), operation.name())));
    List<Piece> back =
        List.of(
            Piece.exclusive(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s".formatted(table.quoted(), name),
                table.quoted()));
    return new Course(
        there, back, "select " + Conditions.validConstraint(table.oid(), operation.name()));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()) {
      inquiry.plotted(this::course);
      Violations.count(
          inquiry,
          operation.at(),
          table.get(),
          "not (" + operation.condition() + ")",
          "rows of %s are not as check %s wants them"
              .formatted(table.get().quoted(), operation.name()));
    }
  }
}
