package dev.segue.postgres.online;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.ChangeFile;
import dev.segue.change.DatabaseUrl;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.operation.Operations;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A conductor dies before or after every single message it sends to the server, on the way there
/// and on the way back; the next one comes through, either way.
final class DeathsTest {

  private static final String SET_UP =
      """
      CREATE TABLE orders (id bigint PRIMARY KEY, n bigint, note text DEFAULT 'none');
      INSERT INTO orders SELECT i, i FROM generate_series(1, 500) i;
      """;

  @TempDir private Path directory;

  static Stream<Arguments> operations() {
    return Stream.of(
            "create-index: { table: orders, name: orders_n, on: [n] }",
            "add-check: { table: orders, name: orders_n_positive, check: n > 0 }",
            "sql: { name: own, up: 'ALTER TABLE orders ADD x int', down: 'ALTER TABLE orders DROP COLUMN IF EXISTS x', locks: [orders] }")
        .flatMap(
            operation -> Stream.of(Arguments.of(operation, true), Arguments.of(operation, false)));
  }

  @ParameterizedTest(name = "{0}, delivered: {1}")
  @MethodSource("operations")
  void theNextOneComesThrough(String text, boolean delivered) throws Exception {
    SchemaOperation operation = parsed(text);
    try (TestDatabase database = TestDatabases.fresh()) {
      database.execute(SET_UP);
      String before = dump(database);
      List<Step> mine = steps(database, database.server().port(), operation);
      int messages = 0;
      boolean died = true;
      while (died) {
        died = dies(database, operation, ++messages, delivered, DeathsTest.this::there);
        there(mine);
        back(mine);
        assertThat(dump(database)).as("after %d messages there", messages).isEqualTo(before);
      }
      there(mine);
      assertThat(messages).isGreaterThan(5);
      messages = 0;
      died = true;
      while (died) {
        died = dies(database, operation, ++messages, delivered, DeathsTest.this::back);
        back(mine);
        assertThat(dump(database)).as("after %d messages back", messages).isEqualTo(before);
        there(mine);
      }
      assertThat(messages).isGreaterThan(5);
    }
  }

  /// As the conductor does it.
  private void there(List<Step> steps) {
    for (Step step : steps) {
      if (!(step.observe(context()) instanceof Observation.Present)) {
        step.apply(context());
        assertThat(step.observe(context())).isInstanceOf(Observation.Present.class);
      }
    }
  }

  private void back(List<Step> steps) {
    for (Step step : steps.reversed()) {
      if (!(step.observe(context()) instanceof Observation.Absent)) {
        step.takeBack(context());
        assertThat(step.observe(context())).isInstanceOf(Observation.Absent.class);
      }
    }
  }

  private static boolean dies(
      TestDatabase database,
      SchemaOperation operation,
      int messages,
      boolean delivered,
      Consumer<List<Step>> way)
      throws IOException {
    try (Wire wire = new Wire(database.server().port(), messages, delivered)) {
      try {
        way.accept(steps(database, wire.port(), operation));
      } catch (SegueException e) {
        assertThat(wire.cut()).as("%s", e).isTrue();
      }
      return wire.cut();
    }
  }

  private FakeContext context() {
    return new FakeContext(directory);
  }

  private static List<Step> steps(TestDatabase database, int port, SchemaOperation operation) {
    DatabaseUrl url =
        new DatabaseUrl("127.0.0.1", port, database.name(), "postgres", new Secret(""), Map.of());
    Site site = new Site("deaths", new PostgresTarget(url, null, Duration.ofMillis(300), 10));
    return Operations.steps(site, operation).stream()
        .filter(step -> !step.stage().ending())
        .toList();
  }

  private static SchemaOperation parsed(String operation) {
    String text =
        "change: deaths\npostgres: { url: postgres://a@b/c }\nschema:\n  - " + operation + "\n";
    return ChangeFile.parse(text, Path.of("change.yaml"), Map.of()).schema().getFirst();
  }

  private static String dump(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      return SchemaDefinition.ofDatabase(connection).text();
    }
  }
}
