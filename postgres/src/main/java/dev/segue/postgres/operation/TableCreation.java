package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;

/// `create-table`.
record TableCreation(CreateTable operation) implements Move {

  @Override
  public String id() {
    return "create-table-" + operation.name();
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public String title() {
    return "Create table " + operation.name();
  }

  @Override
  public Script script(Connection connection) {
    String name = TableName.parse(operation.name()).quoted();
    String options = operation.options() == null ? "" : " " + operation.options();
    return new Script(
        List.of(),
        List.of(
            new Statement(
                "CREATE TABLE %s (%s)%s".formatted(name, operation.columns().strip(), options),
                null,
                "nobody uses it yet")),
        List.of("DROP TABLE IF EXISTS " + name));
  }

  @Override
  public Optional<String> stands() {
    return Optional.of(
        "select pg_catalog.to_regclass(%s) is not null"
            .formatted(Identifiers.literal(TableName.parse(operation.name()).quoted())));
  }
}
