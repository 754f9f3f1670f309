package dev.segue.postgres.columns;

import static dev.segue.postgres.columns.Stage.changeType;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.SchemaOperation;
import java.nio.file.Path;
import java.sql.SQLException;
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
            "CREATE INDEX sale_price ON sale (price DESC) INCLUDE (note) WHERE price > 5",
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
}
