package dev.segue.postgres.columns;

import static dev.segue.postgres.columns.Stage.changeType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SegueException;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Script;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeTypeTest {

  private static final SchemaOperation CENTS =
      changeType("sale", "price", "cents", "bigint", "(price * 100)::bigint", "cents / 100.0");

  @TempDir Path directory;
  private Stage stage;

  @BeforeEach
  void open() throws SQLException {
    stage =
        Stage.open(
            directory,
            """
            CREATE TABLE sale (
              id bigserial PRIMARY KEY,
              price numeric(12,2) NOT NULL DEFAULT 1.50 CONSTRAINT positive CHECK (price > 0),
              note text)
            """,
            "CREATE INDEX sale_price ON sale (price DESC) INCLUDE (note)",
            "COMMENT ON COLUMN sale.price IS 'what it''s worth'",
            "COMMENT ON INDEX sale_price IS 'dear ones'",
            "INSERT INTO sale (price) SELECT n FROM generate_series(1, 10) n");
  }

  @AfterEach
  void close() throws SQLException {
    stage.close();
  }

  @Test
  void bothSidesWriteAndReadTheirOwn() throws SQLException {
    stage.execute("CREATE TABLE before AS SELECT * FROM sale");
    stage.step("columns-", CENTS).apply(stage.context());
    stage.execute(
        "UPDATE sale SET price = 2.25 WHERE id = 1",
        "UPDATE sale SET note = 'touched' WHERE id = 2",
        "INSERT INTO sale (price) VALUES (7)",
        "INSERT INTO sale (note) VALUES ('by default')");
    stage.copy(CENTS);
    stage.step("indexes-", CENTS).apply(stage.context());
    stage.step("constraints-", CENTS).apply(stage.context());
    stage.execute(
        "INSERT INTO sale (cents) VALUES (999)",
        "UPDATE sale SET cents = 333 WHERE id = 3",
        "UPDATE sale SET price = 4.44 WHERE id = 4");

    assertThat(stage.differing(false, CENTS)).isEmpty();
    assertThat(stage.rows("select id, price, cents from sale order by id"))
        .isEqualTo(
            "(1,2.25,225) (2,2.00,200) (3,3.33,333) (4,4.44,444) (5,5.00,500) (6,6.00,600)"
                + " (7,7.00,700) (8,8.00,800) (9,9.00,900) (10,10.00,1000) (11,7.00,700)"
                + " (12,1.50,150) (13,9.99,999)");
  }

  @Test
  void goingBackLeavesTheCatalogueAsItWas() throws SQLException {
    String before = stage.dump();
    stage.expand(CENTS);
    assertThat(stage.dump()).isNotEqualTo(before);

    stage.takeBack(CENTS);
    stage.takeBack(CENTS);

    assertThat(stage.dump()).isEqualTo(before);
  }

  @Test
  void thePlanIsMadeBeforeAnythingIsThere() {
    assertThat(stage.steps(CENTS))
        .filteredOn(Step::needed)
        .extracting(step -> step.describe().id())
        .containsExactly(
            "columns-sale",
            "backfill-sale",
            "indexes-sale",
            "constraints-sale",
            "compare-sale",
            "drop-old-sale");
  }

  @Test
  void aStepThatHasNothingToDoIsLeftOut() {
    assertThat(stage.steps(Stage.add("sale", "more", "text", null)))
        .filteredOn(Step::needed)
        .extracting(Step::id)
        .containsExactly("columns-sale");
  }

  @Test
  void theContractReadsNoRow() throws SQLException {
    SchemaOperation wider = changeType("sale", "id", null, "numeric", null, null);
    stage.expand(CENTS, wider);

    List<String> said = new ArrayList<>();
    try (Connection connection = stage.database().connect();
        Statement sent = connection.createStatement()) {
      Script contract = Contraction.of(stage.design(CENTS, wider));
      sent.execute("SET client_min_messages = debug1");
      connection.setAutoCommit(false);
      for (var statement : contract.statements()) {
        sent.execute(statement.text());
        for (var w = sent.getWarnings(); w != null; w = w.getNextWarning()) {
          said.add(w.getMessage());
        }
      }
    }

    assertThat(said)
        .noneMatch(message -> message.matches("(rewriting|verifying|building|validating).*"))
        .anyMatch(message -> message.contains("sufficient to prove"));
  }

  @Test
  void anIndexThatWasCutShortIsBuiltAgain() throws SQLException {
    stage.step("columns-", CENTS).apply(stage.context());
    Step indexes = stage.step("indexes-", CENTS);
    indexes.apply(stage.context());
    stage.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sale_price__segue'::regclass");
    assertThat(indexes.observe(stage.context())).isInstanceOf(Observation.Partial.class);

    indexes.apply(stage.context());

    assertThat(indexes.observe(stage.context())).isInstanceOf(Observation.Present.class);
    indexes.takeBack(stage.context());
    assertThat(indexes.observe(stage.context())).isEqualTo(Observation.ABSENT);
  }

  @Test
  void rowsThatDoNotAgreeStopTheContract() throws SQLException {
    stage.expand(CENTS);
    stage.execute(
        "ALTER TABLE sale DISABLE TRIGGER USER", "UPDATE sale SET cents = 1 WHERE id = 7");

    assertThat(catchThrowableOfType(SegueException.class, () -> stage.contract(CENTS)).code())
        .isEqualTo("rows-differ");
    assertThat(stage.value("SELECT price FROM sale WHERE id = 7")).isEqualTo("7.00");
  }
}
