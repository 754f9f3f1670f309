package dev.segue.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.conductor.PlannedStep;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every operation is rehearsed by its own steps, and renames choose their way by it.
class SchemaRehearsalTest {

  private static final String RENAME =
      "  - rename-column: { table: customer, from: name, to: full_name }\n";

  @TempDir private Path directory;
  private Shop shop;

  @BeforeEach
  void open() throws SQLException, IOException {
    shop = Shop.open(directory);
    shop.oldSends("");
    shop.newSends("");
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  private static String first(Change change, String step) {
    return Shop.plan(change).stream()
        .filter(s -> s.id().equals(step))
        .findFirst()
        .orElseThrow()
        .statements()
        .getFirst()
        .text();
  }

  @Test
  void aRenameCopiesNothingWhereAllStatementsWorkOnAFacade() throws IOException {
    shop.oldSends("SELECT name FROM customer;");
    shop.newSends("SELECT full_name FROM customer;");
    Change change = shop.change(RENAME);
    assertThat(Shop.plan(change))
        .extracting(PlannedStep::id)
        .containsExactly("definition", "expand-customer", "contract-customer", "mark", "old-names");
    assertThat(first(change, "expand-customer"))
        .isEqualTo("-- a facade: it copies nothing, and 2 known statements work on it");
    assertThat(Shop.refusals(change)).isEmpty();
  }

  @Test
  void aFacadeThatNothingWasTriedOnIsNotTaken() {
    Change change = shop.change(RENAME);
    assertThat(Shop.plan(change)).extracting(PlannedStep::id).contains("backfill-customer");
    assertThat(Shop.refusals(change)).isEmpty();
  }

  @Test
  void aStepThatFailsOnTheCopyIsRefusedWithItsPlace() {
    Change change =
        shop.change(
            "  - sql: { name: wrong, up: alter table nowhere add x int, down: select 1 }\n");
    assertThat(Shop.refusals(change))
        .singleElement()
        .asString()
        .contains("change.yaml:6:10: sql cannot be carried out on a copy of the schema (sql-wrong)")
        .contains("relation \"nowhere\" does not exist");
  }

  @Test
  void statementsMustWorkBesideEveryOperation() throws IOException {
    shop.oldSends("SELECT fax FROM customer;");
    shop.newSends("SELECT code FROM coupon; SELECT gone FROM coupon;");
    Change change =
        shop.change(
            """
              - create-table: { table: coupon, columns: "code text primary key, gone int" }
              - sql:
                  name: faxes
                  up: alter table customer drop fax
                  down: alter table customer add fax text
                  contract: alter table coupon drop gone
            """);
    assertThat(Shop.refusals(change))
        .hasSize(2)
        .anyMatch(
            m -> m.contains("while both versions run") && m.contains("\"fax\" does not exist"))
        .anyMatch(m -> m.contains("after the contract") && m.contains("\"gone\" does not exist"));
  }

  @Test
  void oneTableHasOneNameInAChange() {
    Change change =
        shop.change(
            """
              - rename-column: { table: customer, from: name, to: full_name, by: facade }
              - rename-column: { table: public.customer, from: fax, to: fax_number, by: facade }
            """);
    assertThat(Shop.refusals(change))
        .contains(
            "schema: %s:7:29: public.customer and customer are the same table"
                .formatted(directory.resolve("change.yaml")));
  }

  @Test
  void aFacadeAndAnotherOperationOnItsTableDoNotGoTogether() {
    Change change =
        shop.change(
            """
              - rename-column: { table: customer, from: name, to: full_name, by: facade }
              - add-column: { table: customer, column: mail, type: text }
            """);
    assertThat(Shop.refusals(change)).anyMatch(m -> m.contains("a facade stands in for customer"));
  }

  @Test
  void aRenameIsKeptInStepWhereAStatementFailsOnAView() throws IOException {
    shop.oldSends("SELECT c.id, c.name, count(*) FROM customer c GROUP BY c.id;");
    shop.newSends("SELECT full_name FROM customer;");
    Change change = shop.change(RENAME);
    assertThat(Shop.plan(change))
        .extracting(PlannedStep::id)
        .contains("columns-customer", "backfill-customer", "drop-old-customer", "tidy")
        .doesNotContain("expand-customer", "contract-customer");
    assertThat(first(change, "columns-customer"))
        .startsWith(
            "-- columns in step: on a facade this fails while both versions run: %s:1: SELECT c.id,"
                .formatted(directory.resolve("old.sql")))
        .contains("must appear in the GROUP BY clause");
    assertThat(Shop.refusals(change)).isEmpty();
  }

  @Test
  void aRenameIsKeptInStepWhereTheTableBearsNoFacade() throws SQLException {
    shop.database().execute("create publication all_customers for table customer");
    Change change = shop.change(RENAME);
    assertThat(first(change, "columns-customer"))
        .startsWith("-- columns in step: no facade serves: ")
        .contains("is published by all_customers");
  }

  @Test
  void whatTheFileSaysIsNotAskedAgain() throws IOException {
    shop.oldSends("SELECT c.id, c.name, count(*) FROM customer c GROUP BY c.id;");
    shop.newSends("SELECT full_name FROM customer;");
    Change facade = shop.change(RENAME.replace(" }", ", by: facade }"));
    assertThat(Shop.refusals(facade))
        .singleElement()
        .asString()
        .contains("must appear in the GROUP BY clause");
    Change columns = shop.change(RENAME.replace(" }", ", by: columns }"));
    assertThat(Shop.plan(columns)).extracting(PlannedStep::id).contains("columns-customer");
    assertThat(Shop.refusals(columns)).isEmpty();
  }

  @Test
  void aMistakeInAStatementIsNoReasonToCopy() throws IOException {
    shop.newSends("SELECT full_nam FROM customer;");
    Change change = shop.change(RENAME);
    assertThat(Shop.plan(change)).extracting(PlannedStep::id).contains("expand-customer");
    assertThat(Shop.refusals(change)).singleElement().asString().contains("full_nam");
  }
}
