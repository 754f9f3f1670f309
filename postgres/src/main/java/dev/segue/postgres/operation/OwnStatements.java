package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.RawSql;
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

/// `sql`: statements of the team's own.
record OwnStatements(RawSql operation) implements Undertaking, Move {

  @Override
  public List<Step> steps(Site site) {
    List<Step> steps = new ArrayList<>();
    steps.add(new TransactionStep(site, this));
    if (operation.contract() != null) {
      steps.add(new TransactionStep(site, new OwnContract(operation, operation.contract())));
    }
    return List.copyOf(steps);
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    for (String table : operation.locks()) {
      inquiry.found(operation.where().of("locks"), table);
    }
  }

  @Override
  public String id() {
    return "sql-" + operation.name();
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public String title() {
    return "Send the change's own statements, " + operation.name();
  }

  @Override
  public Script script(Connection connection) {
    return new Script(
        operation.locks(),
        List.of(new Statement(operation.up(), null, "as the change file has it")),
        List.of(operation.down()),
        operation.stands());
  }
}
