package dev.segue.postgres.operation;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TidyStep;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A database, and a change to it whose steps are carried out by hand, as the conductor does.
///
/// All of a thread share one database: what an earlier one left in it goes first.
final class Rehearsed {

  private static final String CLEAR =
      """
      drop schema if exists shop cascade;
      drop schema if exists segue cascade;
      """;

  private static final ThreadLocal<TestDatabase> DATABASE =
      ThreadLocal.withInitial(Rehearsed::fresh);

  private static TestDatabase fresh() {
    try {
      return TestDatabases.fresh();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private final TestDatabase database;
  private final Path directory;
  private final Change change;
  private final Site site;

  /// @param operations the entries of `schema`, as a change file has them
  Rehearsed(Path directory, String setUp, String operations) throws SQLException {
    this(directory, setUp, operations, null);
  }

  /// @param idle how long a session may be idle in a transaction before it is ended; null: for ever
  Rehearsed(Path directory, String setUp, String operations, @Nullable String idle)
      throws SQLException {
    this.directory = directory;
    this.database = DATABASE.get();
    database.execute(CLEAR, setUp);
    String text =
        """
        change: c
        postgres: { url: "postgres://postgres@127.0.0.1:%d/%s", lock-timeout: 200ms, lock-attempts: 4 %s}
        schema:
        %s
        """
            .formatted(
                database.server().port(),
                database.name(),
                idle == null ? "" : ", end-idle-transactions: " + idle,
                operations.strip().indent(2));
    this.change = ChangeFile.parse(text, directory.resolve("change.yaml"), Map.of());
    this.site = new Site("c", Objects.requireNonNull(change.postgres()));
  }

  FakeContext context() {
    return new FakeContext(directory);
  }

  TestDatabase database() {
    return database;
  }

  List<Finding> ask() {
    return Operations.gates(site, change.schema()).stream()
        .flatMap(gate -> gate.ask(what -> {}).stream())
        .toList();
  }

  List<Finding> askServer() {
    return new ServerGate(site, change.schema()).ask(what -> {});
  }

  List<String> refusals() {
    return ask().stream().filter(Finding::refuses).map(Finding::message).toList();
  }

  private List<Step> steps() {
    return change.schema().stream()
        .flatMap(operation -> Operations.steps(site, operation).stream())
        .toList();
  }

  List<Step> expanding() {
    return steps().stream().filter(step -> !step.stage().ending()).toList();
  }

  List<Step> contracting() {
    return steps().stream().filter(step -> step.stage().ending()).toList();
  }

  void expand(FakeContext context) {
    expanding().stream().filter(Step::needed).forEach(step -> apply(step, context));
  }

  void contract(FakeContext context) {
    contracting().forEach(step -> apply(step, context));
    new TidyStep(site).apply(context);
  }

  static void apply(Step step, FakeContext context) {
    if (!(step.observe(context) instanceof Observation.Present)) {
      context.keep(step.id(), step.apply(context));
    }
    Observation after = step.observe(context);
    if (!(after instanceof Observation.Present || after instanceof Observation.Traceless)) {
      throw new AssertionError(step.id() + " is " + after);
    }
  }

  void takeBack(FakeContext context) {
    for (Step step : expanding().reversed()) {
      if (!(step.observe(context) instanceof Observation.Absent)) {
        context.keep("back " + step.id(), step.takeBack(context));
      }
      Observation after = step.observe(context);
      if (!(after instanceof Observation.Absent)) {
        throw new AssertionError(step.id() + " is " + after);
      }
    }
  }

  boolean holds(String condition) throws SQLException {
    return database.value("select " + condition).equals("t");
  }

  String definition() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      return SchemaDefinition.ofDatabase(connection).text();
    }
  }

  /// What is written down of the change.
  long effects() throws SQLException {
    return holds("to_regclass('segue.effect') is null")
        ? 0
        : Long.parseLong(database.value("select count(*) from segue.effect"));
  }
}
