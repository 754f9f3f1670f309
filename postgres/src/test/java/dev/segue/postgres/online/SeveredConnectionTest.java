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

/// A conductor dies before or after a message it sends to the server, on the way there and on the
/// way back; the next one comes through, either way. `-Ddeaths.stride=1` tries every single
/// message.
final class SeveredConnectionTest {

  private static final int STRIDE = Integer.getInteger("deaths.stride", 5);

  private static final String SET_UP =
      """
      CREATE TABLE orders (id bigint PRIMARY KEY, n bigint, note text DEFAULT 'none');
      INSERT INTO orders SELECT i, i FROM generate_series(1, 500) i;
      """;

  /// Quicker than a whole definition.
  private static final String SHAPE =
      """
      SELECT string_agg(what, ' ' ORDER BY what) FROM (
        SELECT c.relname || coalesce('.' || a.attname, '') AS what FROM pg_class c
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace)
        AS everything
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
      String shape = database.value(SHAPE);
      List<Step> mine = steps(database, database.server().port(), operation);
      int messages = delivered ? 0 : -STRIDE / 2;
      boolean died = true;
      while (died) {
        died =
            dies(
                database,
                operation,
                messages += STRIDE,
                delivered,
                SeveredConnectionTest.this::there);
        there(mine);
        back(mine);
        assertThat(database.value(SHAPE)).as("after %d messages there", messages).isEqualTo(shape);
      }
      assertThat(dump(database)).isEqualTo(before);
      there(mine);
      assertThat(messages).isGreaterThan(5);
      messages = delivered ? 0 : -STRIDE / 2;
      died = true;
      while (died) {
        died =
            dies(
                database,
                operation,
                messages += STRIDE,
                delivered,
                SeveredConnectionTest.this::back);
        back(mine);
        assertThat(database.value(SHAPE)).as("after %d messages back", messages).isEqualTo(shape);
        there(mine);
      }
      assertThat(messages).isGreaterThan(5);
      back(mine);
      assertThat(dump(database)).isEqualTo(before);
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
