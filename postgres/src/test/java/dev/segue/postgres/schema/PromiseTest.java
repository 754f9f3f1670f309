package dev.segue.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.definition.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a change promises to leave, and what it left.
class PromiseTest {

  private static final String OPERATIONS =
      """
        - create-table: { table: coupon, columns: "code text primary key" }
        - sql: { name: cents, up: "alter table orders add cents int", down: "alter table orders drop cents" }
      """;

  @TempDir private Path directory;
  private Shop shop;
  private FakeContext context;

  @BeforeEach
  void open() throws SQLException {
    shop = Shop.open(directory);
    context = new FakeContext(directory);
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  private static Step step(Change change, String id) {
    return SchemaOperations.steps(change).stream()
        .filter(s -> s.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private List<Difference> differences(Change change, String... applied) {
    return Definitions.of(change)
        .differences("rename-1", directory, context.factsOf("definition"), Set.of(applied));
  }

  @Test
  void afterAWayBackTheSchemaIsAsBeforeByteForByte() throws SQLException, IOException {
    Change change = shop.change("off", OPERATIONS);
    Step definition = step(change, "definition");
    context.keep("definition", definition.apply(context));
    assertThat(
            Files.getPosixFilePermissions(directory.resolve("definition-before.json")).toString())
        .isEqualTo(PosixFilePermissions.fromString("rw-------").toString());
    Step table = step(change, "create-table-coupon");
    table.apply(context);
    table.takeBack(context);

    assertThat(definition.takeBack(context))
        .isEqualTo(Facts.of("definition", "as before, byte for byte"));
    assertThat(differences(change)).isEmpty();
  }

  @Test
  void whatOthersHaveChangedIsToldAndStopsNothing() throws SQLException {
    Change change = shop.change("off", OPERATIONS);
    Step definition = step(change, "definition");
    context.keep("definition", definition.apply(context));
    shop.database().execute("alter table customer drop fax", "create table extra (id int)");

    assertThat(definition.takeBack(context).values())
        .isEqualTo(
            Map.of(
                "definition",
                "not as before",
                "differences",
                List.of(
                    "table public.customer is otherwise",
                    "table public.extra is there besides",
                    "owner of table public.extra is there besides")));
    assertThat(differences(change).getFirst().lines())
        .anyMatch(l -> l.startsWith("-") && l.contains("fax"));
  }

  @Test
  void aLostDefinitionStopsNoWayBack() throws IOException {
    Change change = shop.change("off", OPERATIONS);
    Step definition = step(change, "definition");
    context.keep("definition", definition.apply(context));
    Files.writeString(directory.resolve("definition-before.json"), "{}");

    assertThat(definition.takeBack(context).text("definition").orElseThrow())
        .startsWith("not compared: The schema's definition from before the run is not there");
  }

  @Test
  void whatStandsIsComparedWithWhatTheSameStepsMakeOfACopy() throws SQLException {
    Change change = shop.change("off", OPERATIONS);
    context.keep("definition", step(change, "definition").apply(context));
    step(change, "create-table-coupon").apply(context);
    step(change, "sql-cents").apply(context);

    assertThat(differences(change, "create-table-coupon", "sql-cents")).isEmpty();
    assertThat(differences(change, "create-table-coupon"))
        .singleElement()
        .satisfies(d -> assertThat(d.words()).isEqualTo("table public.orders is otherwise"))
        .satisfies(
            d -> assertThat(d.lines()).anyMatch(l -> l.contains("+") && l.contains("cents")));
    shop.database().execute("drop table coupon");
    assertThat(differences(change, "create-table-coupon", "sql-cents"))
        .extracting(Difference::words)
        .contains("table public.coupon is missing");
  }

  @Test
  void touchedTablesAloneComeWithWhatBelongsToThem() {
    Change change =
        shop.change("off", "  - drop-constraint: { table: customer, name: customer_pkey }\n");
    assertThat(Definitions.of(change).touched().text())
        .contains("CREATE TABLE public.customer")
        .doesNotContain("orders");
  }
}
