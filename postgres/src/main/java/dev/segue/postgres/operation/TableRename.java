package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.RenameTable;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.facade.FacadePlan;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `rename-table`: a view has the new name until the contract; the old version keeps the table
/// itself.
record TableRename(RenameTable operation) implements Undertaking {

  private static final int INVOKER_SINCE = 15;

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.expanding(
                "rename-table-" + operation.table(),
                "%s can be called %s".formatted(operation.table(), operation.to()),
                connection -> view(connection, site.change()))),
        new JourneyStep(
            site,
            Journey.contracting(
                "contract-table-" + operation.table(),
                "%s is called %s".formatted(operation.table(), operation.to()),
                this::renamed)));
  }

  private Course view(Connection connection, String change) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    Taken.relation(connection, table.schema(), operation.to(), operation.where().of("to"));
    Refusal.whereTaken(
        connection,
        "pg_catalog.to_regtype(%s) is not null".formatted(literal(table.beside(operation.to()))),
        operation.where().of("to"),
        "a type " + table.beside(operation.to()));
    TableFacts facts = TableFacts.read(connection, quotedForFacts(table)).seenAs(operation.to());
    List<String> statements =
        new FacadePlan(facts, Map.of())
            .view("segue: the new name of " + table.quoted() + ", change " + change).stream()
                .map(Statement::text)
                .toList();
    String there = Conditions.relation(table.schema(), operation.to());
    return new Course(
        List.of(
            Piece.brief(
                    String.join(";\n", statements),
                    "ACCESS SHARE on " + table.quoted(),
                    List.of(table.quoted()))
                .unless(there)
                .noted("reads and writes go to the table")),
        List.of(
            Piece.exclusive(
                    "DROP VIEW " + table.beside(operation.to()), table.beside(operation.to()))
                .when(there)),
        "select " + there);
  }

  /// The table alone, where a facade of the same change stands in its place, too.
  private static String quotedForFacts(Relation table) {
    return '"'
        + table.schema().replace("\"", "\"\"")
        + "\".\""
        + table.name().replace("\"", "\"\"")
        + '"';
  }

  private Course renamed(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    String old =
        "exists (select from pg_catalog.pg_class where oid = %d and relname = %s)"
            .formatted(table.oid(), literal(table.name()));
    return Course.forGood(
        List.of(
            Piece.brief(
                    "DROP VIEW IF EXISTS %s; ALTER TABLE %s RENAME TO %s"
                        .formatted(
                            table.beside(operation.to()), table.quoted(), quoted(operation.to())),
                    "ACCESS EXCLUSIVE on %s and %s"
                        .formatted(table.quoted(), table.beside(operation.to())),
                    List.of(table.quoted(), table.beside(operation.to())))
                .when(old)
                .noted("catalogue only; indexes and sequences keep their names")),
        "select not " + old);
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isEmpty()) {
      return;
    }
    inquiry.createsIn(operation.at(), table.get().schema());
    inquiry.plotted(connection -> view(connection, ""));
    if (inquiry.connection().getMetaData().getDatabaseMajorVersion() < INVOKER_SINCE
        && Prompt.asks(
            inquiry.connection(),
            "select relrowsecurity from pg_catalog.pg_class where oid = ?::int8::oid",
            table.get().oid())) {
      inquiry.refuse(
          operation.at(),
          "%s has row security, and before PostgreSQL 15 a view does not heed who asks"
              .formatted(table.get().quoted()),
          "Upgrade the server first.");
    }
  }
}
