package dev.segue.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext.Window;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.definition.Difference;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// examples/orders-overhaul: many operations in one change, there, back, and to the end.
class OverhaulTest {

  private static final Path EXAMPLE = Path.of("../examples/orders-overhaul");

  @TempDir private Path directory;
  private TestDatabase database;
  private Change change;
  private FakeContext context;
  private List<Step> steps;

  @BeforeEach
  void open() throws SQLException, IOException {
    database = TestDatabases.fresh();
    database.execute(Files.readString(EXAMPLE.resolve("setup.sql")));
    change =
        ChangeFile.read(EXAMPLE.resolve("change.yaml"), Map.of("DATABASE_URL", database.url()));
    context = new FakeContext(directory).in(Window.BY_HAND);
    steps = SchemaOperations.steps(change).stream().filter(Step::needed).toList();
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void apply(Stage... stages) {
    for (Stage stage : stages) {
      for (Step step : steps) {
        if (step.stage() == stage) {
          context.keep(step.id(), step.apply(context));
          assertThat(step.observe(context)).as(step.id()).isNotInstanceOf(Observation.Absent.class);
        }
      }
    }
  }

  private List<Difference> differences(Stage... standing) {
    Set<String> applied =
        steps.stream()
            .filter(step -> List.of(standing).contains(step.stage()))
            .map(Step::id)
            .collect(Collectors.toSet());
    return Definitions.of(change)
        .differences(context.run(), directory, context.factsOf("definition"), applied);
  }

  @Test
  void nothingSpeaksAgainstIt() {
    assertThat(Shop.refusals(change)).isEmpty();
  }

  @Test
  void bothVersionsWriteAndTheWayBackKeepsWhatTheyWrote() throws SQLException {
    apply(Stage.BASELINE, Stage.EXPAND, Stage.MARK);
    assertThat(differences(Stage.EXPAND)).isEmpty();
    database.execute(
        "insert into orders (customer, qty, price) values (1, 3, 9.99)",
        "insert into orders (customer, quantity, price, currency) values (1, 4, 19.99, 'USD')",
        "insert into customer (first_name, last_name) values ('Ada', 'Lovelace')");
    assertThat(
            database.value(
                "select string_agg(quantity || ' ' || currency, ',' order by id) from orders where id > 50000"))
        .isEqualTo("3 EUR,4 USD");

    for (Step step : steps.reversed()) {
      if (step.stage() == Stage.EXPAND || step.stage() == Stage.MARK) {
        step.takeBack(context);
      }
    }

    assertThat(
            database.value(
                "select string_agg(qty::text, ',' order by id) from orders where id > 50000"))
        .isEqualTo("3,4");
    assertThat(database.value("select name from customer order by id desc limit 1"))
        .isEqualTo("Ada Lovelace");
    Step definition =
        steps.stream().filter(s -> s.id().equals("definition")).findFirst().orElseThrow();
    assertThat(definition.takeBack(context).values())
        .isEqualTo(Map.of("definition", "as before, byte for byte"));
  }

  @Test
  void theContractLeavesWhatWasPromised() throws SQLException {
    apply(Stage.BASELINE, Stage.EXPAND, Stage.MARK, Stage.VERIFY, Stage.CONTRACT);
    assertThat(differences(Stage.EXPAND, Stage.CONTRACT)).isEmpty();
    assertThat(
            database.value(
                "select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attname) from pg_attribute"
                    + " where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped"))
        .isEqualTo(
            "currency text, customer bigint, id bigint, placed timestamp with time zone, price"
                + " numeric(12,2), quantity integer, state text");
    assertThat(
            database.value(
                "select count(*) from pg_class where relname like '%segue%' and relkind <> 'S' and relnamespace = 'public'::regnamespace"))
        .isEqualTo("0");
  }
}
