package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.AddExclude;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `add-exclude`. PostgreSQL knows no way to build one beside those who read and write.
record ExcludeAddition(AddExclude operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.expanding(
                "add-exclude-%s-%s".formatted(operation.table(), operation.name()),
                "Exclusion %s of %s begins to hold".formatted(operation.name(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    Taken.constraint(connection, table, operation.name(), operation.where().of("name"));
    Taken.relation(connection, table.schema(), operation.name(), operation.where().of("name"));
    String there = Conditions.constraint(table.oid(), operation.name());
    String condition =
        operation.condition() == null ? "" : " WHERE (" + operation.condition().strip() + ")";
    return new Course(
        List.of(
            Piece.exclusive(
                    "ALTER TABLE %s ADD CONSTRAINT %s EXCLUDE USING %s (%s)%s"
                        .formatted(
                            table.quoted(),
                            quoted(operation.name()),
                            quoted(operation.using()),
                            operation.elements().strip(),
                            condition),
                    table.quoted())
                .unless(there)
                .noted("nobody reads or writes meanwhile, " + Weight.blocked(table))),
        List.of(
            Piece.exclusive(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s"
                    .formatted(table.quoted(), quoted(operation.name())),
                table.quoted())),
        "select " + there);
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()) {
      inquiry.plotted(this::course);
      Weight.ask(inquiry, operation.at(), table.get(), "building the exclusion's index");
    }
  }
}
