package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import java.sql.Connection;
import java.util.List;

/// `sql`: what the team's own statements leave for the contract.
record OwnContract(RawSql operation, String statements) implements Move {

  @Override
  public String id() {
    return "contract-sql-" + operation.name();
  }

  @Override
  public Stage stage() {
    return Stage.CONTRACT;
  }

  @Override
  public String title() {
    return "Send the change's own last statements, " + operation.name();
  }

  @Override
  public Script script(Connection connection) {
    return Script.forGood(
        operation.locks(), List.of(new Statement(statements, null, "as the change file has it")));
  }
}
