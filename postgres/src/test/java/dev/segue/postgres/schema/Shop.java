package dev.segue.postgres.schema;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Finding;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Step;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Customers and their orders, and changes to them as a file has them.
record Shop(TestDatabase database, Path directory) implements AutoCloseable {

  static Shop open(Path directory) throws SQLException {
    TestDatabase database = TestDatabases.fresh();
    database.execute(
        "create table customer (id bigserial primary key, name text not null, fax text)",
        "create table orders (id bigserial primary key, customer bigint references customer, note"
            + " text)",
        "create index orders_by_customer on orders (customer)");
    return new Shop(database, directory);
  }

  /// @param schema the entries of the section, a line each
  Change change(String schema) {
    return change("{ old: old.sql, new: new.sql }", schema);
  }

  Change change(String rehearsal, String schema) {
    String source =
        """
        change: tidy-shop
        summary: The shop is tidied up
        postgres: { url: "${URL}" }
        rehearsal: %s
        schema:
        %s\
        """
            .formatted(rehearsal, schema);
    return ChangeFile.parse(
        source, directory.resolve("change.yaml"), Map.of("URL", database.url()));
  }

  void oldSends(String statements) throws IOException {
    Files.writeString(directory.resolve("old.sql"), statements);
  }

  void newSends(String statements) throws IOException {
    Files.writeString(directory.resolve("new.sql"), statements);
  }

  /// As a new run has them.
  static List<PlannedStep> plan(Change change) {
    return SchemaOperations.steps(change).stream()
        .filter(Step::needed)
        .map(Step::describe)
        .toList();
  }

  /// What the gates say about such a plan.
  static List<Finding> ask(Change change) {
    Set<String> planned =
        SchemaOperations.steps(change).stream()
            .filter(Step::needed)
            .map(Step::id)
            .collect(Collectors.toSet());
    return SchemaOperations.gates(change).stream()
        .flatMap(gate -> gate.ask(what -> {}, planned::contains).stream())
        .toList();
  }

  static List<String> refusals(Change change) {
    return ask(change).stream()
        .filter(f -> f.level() == Finding.Level.REFUSED)
        .map(f -> f.gate() + ": " + f.message())
        .toList();
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
