package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.DropNotNull;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `drop-not-null`. The way back proves that no NULL is left, and fills those that are there first
/// where the change says with what.
record NotNullDrop(DropNotNull operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.expanding(
                    "drop-not-null-%s-%s".formatted(operation.table(), operation.column()),
                    "%s of %s takes NULL".formatted(operation.column(), operation.table()),
                    this::course)
                .goingBack(
                    operation.fill() == null
                        ? "Where the new version has written NULL, a person must say what becomes of it"
                        : "NULLs are filled in batches, then it is proved that none is left")));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    return course(connection, table, operation.column(), operation.fill());
  }

  static Course course(Connection connection, Relation table, String column, @Nullable String fill)
      throws SQLException {
    if (Prompt.texts(connection, "select " + Conditions.nullable(table.oid(), column))
        .contains("t")) {
      return new Course(List.of(), List.of(), "select true");
    }
    Piece drop =
        Piece.exclusive(
                "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL"
                    .formatted(table.quoted(), quoted(column)),
                table.quoted())
            .noted("catalogue only");
    NotNull again = NotNull.of(connection, table, column);
    List<Piece> back = new ArrayList<>();
    back.add(again.guard());
    if (fill != null) {
      back.addAll(Filling.pieces(connection, table, column, fill));
    }
    back.add(
        Piece.proof(
            "select count(*) from %s where %s is null".formatted(table.quoted(), quoted(column)),
            "rows of %s have no %s, and it refused NULL before the change"
                .formatted(table.quoted(), column)));
    back.addAll(again.proof());
    return new Course(List.of(drop), back, "select not " + Conditions.notNull(table.oid(), column));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()
        && inquiry.column(
            operation.where().of("column"), table.get(), operation.table(), operation.column())) {
      NullFacts.ask(inquiry, operation.where().of("column"), table.get(), operation.column());
      inquiry.plotted(this::course);
    }
  }
}
