package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;

/// `sql`: statements of the team's own.
record OwnStatements(RawSql operation) implements Move {

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
        List.of(operation.down()));
  }

  @Override
  public Optional<String> stands() {
    return Optional.ofNullable(operation.stands());
  }
}
