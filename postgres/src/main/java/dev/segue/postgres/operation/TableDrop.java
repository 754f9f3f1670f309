package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.DropTable;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `drop-table`.
record TableDrop(DropTable operation) implements Undertaking, Move {

  @Override
  public List<Step> steps(Site site) {
    return List.of(new TransactionStep(site, this));
  }

  @Override
  public String id() {
    return "drop-table-" + operation.table();
  }

  @Override
  public Stage stage() {
    return Stage.CONTRACT;
  }

  @Override
  public String title() {
    return "Drop table " + operation.table();
  }

  @Override
  public Script script(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    List<String> relations = new ArrayList<>(List.of(table.quoted()));
    relations.addAll(
        Definitions.read(
            connection,
            """
            select distinct confrelid::regclass::text from pg_catalog.pg_constraint
            where conrelid = ?::int8::oid and contype = 'f' and confrelid <> conrelid
            """,
            row -> row.getString(1),
            table.oid()));
    return Script.forGood(
        relations,
        List.of(
            new Statement(
                "DROP TABLE " + table.quoted(),
                "ACCESS EXCLUSIVE on " + String.join(", ", relations),
                relations.size() > 1 ? "its foreign keys lock the tables they point to" : null)));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()) {
      Dependants.refuse(
          inquiry,
          operation.at(),
          "table " + table.get().quoted(),
          Dependants.of(inquiry.connection(), "pg_class", table.get().oid(), 0));
    }
  }
}
