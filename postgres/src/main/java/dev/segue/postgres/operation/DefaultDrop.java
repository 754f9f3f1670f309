package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.DropDefault;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// `drop-default`: the old version may count on it as long as it runs.
record DefaultDrop(DropDefault operation) implements Undertaking, Move {

  @Override
  public List<Step> steps(Site site) {
    return List.of(new TransactionStep(site, this));
  }

  @Override
  public String id() {
    return "drop-default-%s-%s".formatted(operation.table(), operation.column());
  }

  @Override
  public Stage stage() {
    return Stage.CONTRACT;
  }

  @Override
  public String title() {
    return "%s of %s has no default any more".formatted(operation.column(), operation.table());
  }

  @Override
  public Script script(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    return Script.forGood(
        List.of(table.quoted()),
        List.of(
            new Statement(
                "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT"
                    .formatted(table.quoted(), quoted(operation.column())),
                "ACCESS EXCLUSIVE on " + table.quoted(),
                "catalogue only")));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Defaults.ask(inquiry, operation, operation.table(), operation.column());
  }
}
