package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `drop-column` without `down`: the new version leaves the column out, so it must be possible to.
record ColumnDrop(DropColumn operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    String name = "%s-%s".formatted(operation.table(), operation.column());
    return List.of(
        new JourneyStep(
            site,
            Journey.expanding(
                    "leave-out-" + name,
                    "%s of %s may be left out".formatted(operation.column(), operation.table()),
                    this::leftOut)
                .whereNeeded()
                .goingBack(
                    "Rows that the new version has written without it are in the way: then a person must say what it is in them")),
        new JourneyStep(
            site,
            Journey.contracting(
                "drop-column-" + name,
                "Drop column %s of %s".formatted(operation.column(), operation.table()),
                this::dropped)));
  }

  /// Nothing, where it may be left out already.
  private Course leftOut(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    boolean demanded =
        Prompt.asks(
            connection,
            """
            select attnotnull and not atthasdef and attidentity = '' from pg_catalog.pg_attribute
            where attrelid = ?::int8::oid and attname = ?
            """,
            table.oid(),
            operation.column());
    return demanded
        ? standingWithoutIt(table, NotNullDrop.course(connection, table, operation.column(), null))
        : new Course(List.of(), List.of(), "select true");
  }

  private Course standingWithoutIt(Relation table, Course course) {
    return new Course(
        course.there(),
        course.back(),
        course.stands() + " or not " + Conditions.column(table.oid(), operation.column()));
  }

  private Course dropped(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    Piece drop =
        Piece.exclusive(
                "ALTER TABLE %s DROP COLUMN %s"
                    .formatted(table.quoted(), quoted(operation.column())),
                table.quoted())
            .when(Conditions.column(table.oid(), operation.column()))
            .noted("catalogue only");
    return Course.forGood(
        List.of(drop), "select not " + Conditions.column(table.oid(), operation.column()));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isEmpty()
        || !inquiry.column(
            operation.where().of("column"), table.get(), operation.table(), operation.column())) {
      return;
    }
    long oid = table.get().oid();
    int number =
        Prompt.list(
                inquiry.connection(),
                "select attnum from pg_catalog.pg_attribute where attrelid = ?::int8::oid and attname = ?",
                row -> row.getInt(1),
                oid,
                operation.column())
            .getFirst();
    Dependants.refuse(
        inquiry,
        operation.where().of("column"),
        "column " + operation.column(),
        Dependants.of(inquiry.connection(), "pg_class", oid, number));
    List<String> along = Dependants.along(inquiry.connection(), oid, number);
    if (!along.isEmpty()) {
      inquiry.warn(
          operation.where().of("column"),
          "%s goes, and with it %s".formatted(operation.column(), String.join(", ", along)),
          null);
    }
    publications(inquiry, oid, number);
  }

  /// A column list does not hang on the column in the catalogue's eyes on every server.
  private void publications(Inquiry inquiry, long oid, int number) throws SQLException {
    if (inquiry.connection().getMetaData().getDatabaseMajorVersion() < 15) {
      return;
    }
    List<String> lists =
        Prompt.texts(
            inquiry.connection(),
            "select p.pubname from pg_catalog.pg_publication_rel r join pg_catalog.pg_publication p on p.oid = r.prpubid where r.prrelid = %d and %s = any (r.prattrs::int2[])"
                .formatted(oid, literal(Integer.toString(number))));
    if (!lists.isEmpty()) {
      inquiry.refuse(
          operation.where().of("column"),
          "column %s is in the column list of publication %s"
              .formatted(operation.column(), String.join(", ", lists)),
          "ALTER PUBLICATION … SET TABLE without it first.");
    }
  }
}
