package dev.segue.postgres.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.Place;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.Coexistence;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.Part;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.change.Secret;
import dev.segue.change.Where;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.backfill.Comparison;
import dev.segue.postgres.backfill.Copying;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.online.Site;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A database whose columns change, step by step.
record Stage(TestDatabase database, FakeContext context) implements AutoCloseable {

  static final Where WHERE = new Where(new Place("change.yaml", 3, 5), Map.of());

  static Stage open(Path directory, String... statements) throws SQLException {
    TestDatabase database = TestDatabases.fresh();
    database.execute(statements);
    return new Stage(database, new FakeContext(directory));
  }

  static ChangeType changeType(
      String table,
      String column,
      @Nullable String to,
      String type,
      @Nullable String up,
      @Nullable String down) {
    return new ChangeType(WHERE, table, column, to, type, up, down);
  }

  static RenameColumn rename(String table, String from, String to) {
    return new RenameColumn(WHERE, table, from, to, Coexistence.COLUMNS);
  }

  static AddColumn add(String table, String column, String type, @Nullable String up) {
    return new AddColumn(WHERE, table, column, type, null, false, null, null, up);
  }

  static DropColumn drop(String table, String column, String down) {
    return new DropColumn(WHERE, table, column, down);
  }

  static SetNotNull notNull(String table, String column, String fill) {
    return new SetNotNull(WHERE, table, column, fill);
  }

  static ReplaceEnum replaceEnum(
      String table,
      String column,
      @Nullable String to,
      String type,
      List<String> values,
      Map<String, String> up,
      Map<String, String> down) {
    return new ReplaceEnum(WHERE, table, column, to, type, values, up, down);
  }

  static Part part(String column, String type, String up) {
    return new Part(WHERE, column, type, up);
  }

  Site site() {
    DatabaseUrl url =
        new DatabaseUrl(
            "127.0.0.1",
            database.server().port(),
            database.name(),
            "postgres",
            new Secret(""),
            Map.of());
    return new Site("demo", new PostgresTarget(url, null, Duration.ofMillis(100), 5));
  }

  List<Step> steps(SchemaOperation... operations) {
    return Columns.steps(
        site(), String.valueOf(operations[0].table()), List.of(operations), () -> true);
  }

  Step step(String id, SchemaOperation... operations) {
    return steps(operations).stream().filter(s -> s.id().startsWith(id)).findFirst().orElseThrow();
  }

  Design design(SchemaOperation... operations) throws SQLException {
    try (Connection connection = database.connect()) {
      return Designer.of(connection, String.valueOf(operations[0].table()), List.of(operations));
    }
  }

  /// Everything before the new version starts.
  void expand(SchemaOperation... operations) {
    for (Step step : steps(operations)) {
      if (step.stage() == dev.segue.conductor.Stage.EXPAND) {
        carryOut(step);
      }
    }
  }

  /// As the conductor does.
  private void carryOut(Step step) {
    if (!(step.observe(context) instanceof Observation.Present)) {
      step.apply(context);
    }
    assertThat(step.observe(context))
        .as(step.id())
        .isInstanceOfAny(Observation.Present.class, Observation.Traceless.class);
  }

  /// As the backfill does, in one go.
  void copy(SchemaOperation... operations) throws SQLException {
    Copying copying = design(operations).copying();
    if (copying.set().isEmpty()) {
      return;
    }
    String set =
        String.join(", ", copying.set().stream().map(a -> a.column() + " = " + a.value()).toList());
    execute(
        "SET session_replication_role = replica",
        "UPDATE %s SET %s WHERE %s".formatted(copying.table(), set, copying.todo()));
  }

  /// Rows that do not agree.
  String differing(boolean last, SchemaOperation... operations) throws SQLException {
    Comparison comparison = design(operations).comparison(last);
    return value(
        "select coalesce(string_agg(t::text, '; '), '') from %s t where %s"
            .formatted(comparison.table(), comparison.differs()));
  }

  void contract(SchemaOperation... operations) {
    carryOut(step("drop-old-", operations));
  }

  void takeBack(SchemaOperation... operations) {
    for (Step step : steps(operations).reversed()) {
      if (step.stage() == dev.segue.conductor.Stage.EXPAND) {
        step.takeBack(context);
        assertThat(step.observe(context))
            .as(step.id())
            .isInstanceOfAny(Observation.Absent.class, Observation.Traceless.class);
      }
    }
  }

  /// The whole catalogue.
  String dump() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      return SchemaDefinition.ofDatabase(connection).text();
    }
  }

  /// On one connection.
  void execute(String... statements) throws SQLException {
    database.execute(statements);
  }

  String value(String query) throws SQLException {
    return database.value(query);
  }

  /// Rows as text, in their order.
  String rows(String query) throws SQLException {
    return value("select coalesce(string_agg(r::text, ' '), '') from (" + query + ") r");
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
