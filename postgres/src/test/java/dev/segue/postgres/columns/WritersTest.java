package dev.segue.postgres.columns;

import static dev.segue.postgres.columns.Stage.WHERE;
import static dev.segue.postgres.columns.Stage.changeType;
import static dev.segue.postgres.columns.Stage.rename;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext.Window;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/// Ways to write that differ from plain INSERT and UPDATE, and values that differ although they are
/// equal.
class WritersTest {

  @TempDir Path directory;

  @Test
  void copyAndManyRowsAtOnce() throws SQLException, IOException {
    SchemaOperation rename = rename("t", "a", "b");
    try (Stage stage = Stage.open(directory, "CREATE TABLE t (id int PRIMARY KEY, a text)")) {
      stage.expand(rename);
      try (Connection connection = stage.database().connect()) {
        var copy = connection.unwrap(PGConnection.class).getCopyAPI();
        copy.copyIn("COPY t (id, a) FROM STDIN", bytes("1\told\n2\t\\N\n"));
        copy.copyIn("COPY t (id, b) FROM STDIN", bytes("3\tnew\n"));
      }
      stage.execute(
          "INSERT INTO t (id, b) VALUES (4, 'x'), (5, 'y')",
          "UPDATE t SET a = a || '!' WHERE id IN (1, 4)",
          "UPDATE t SET b = NULL WHERE id = 5",
          "INSERT INTO t (id, b) VALUES (3, 'again'), (6, 'z')"
              + " ON CONFLICT (id) DO UPDATE SET b = excluded.b");

      assertThat(stage.rows("SELECT * FROM t ORDER BY id"))
          .isEqualTo("(1,old!,old!) (2,,) (3,again,again) (4,x!,x!) (5,,) (6,z,z)");
    }
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void valuesThatAreEqualAndYetOthers() throws SQLException {
    SchemaOperation[] renames = {
      rename("t", "a", "a2"), rename("t", "b", "b2"), rename("t", "c", "c2"), rename("t", "d", "d2")
    };
    try (Stage stage =
        Stage.open(
            directory,
            "CREATE TABLE t (a numeric, b box, c json, d jsonb)",
            "INSERT INTO t VALUES (1.0, '(0,0),(1,4)', '{\"a\":1}', '{\"a\":1.0}')")) {
      stage.expand(renames);
      stage.execute(
          "UPDATE t SET a = 1.00, b = '(0,0),(2,2)', c = '{\"a\": 1}', d = '{\"a\":1.00}'");

      assertThat(stage.rows("SELECT a2, b2::text AS b, c2::text AS c, d2::text AS d FROM t"))
          .isEqualTo("(1.00,\"(2,2),(0,0)\",\"{\"\"a\"\": 1}\",\"{\"\"a\"\": 1.00}\")");
      assertThat(stage.differing(true, renames)).isEmpty();
    }
  }

  @Test
  void rowsThatMoveToAnotherPartition() throws SQLException {
    SchemaOperation change = changeType("t", "a", "b", "text", null, null);
    try (Stage stage =
        Stage.open(
            directory,
            "CREATE TABLE t (k int, a int DEFAULT 7) PARTITION BY RANGE (k);"
                + "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);"
                + "CREATE TABLE t2 PARTITION OF t DEFAULT; INSERT INTO t VALUES (1, 1), (2, 2)")) {
      stage.expand(change);
      stage.execute(
          "UPDATE t SET k = 11, a = 5 WHERE k = 1",
          "UPDATE t SET k = 12, b = '6' WHERE k = 2",
          "INSERT INTO t (k) VALUES (3)",
          "INSERT INTO t1 (k, b) VALUES (4, '44')");

      assertThat(stage.rows("SELECT * FROM t ORDER BY k"))
          .isEqualTo("(3,7,7) (4,44,44) (11,5,5) (12,6,6)");
    }
  }

  @Test
  void aKeyThatNumbersItselfGetsWider() throws SQLException {
    SchemaOperation change = changeType("t", "id", null, "bigint", null, null);
    String create = "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text)";
    String insert = "INSERT INTO t (a) VALUES ('x'), ('y')";
    try (Stage stage = Stage.open(directory, create, insert);
        Stage plain =
            Stage.open(directory, create.replace("id int", "a0 text, id bigint"), insert)) {
      stage.expand(change);
      stage.execute(insert);
      stage.contract(change);
      plain.execute(
          insert,
          "ALTER TABLE t DROP a0; ALTER TABLE t DROP a; ALTER TABLE t ADD a text;"
              + "ALTER TABLE t RENAME id TO x; ALTER TABLE t RENAME x TO id");

      stage.execute(insert);
      assertThat(stage.rows("SELECT id, a FROM t ORDER BY id"))
          .isEqualTo("(1,x) (2,y) (3,x) (4,y) (5,x) (6,y)");
      assertThat(
              stage.value(
                  "SELECT pg_get_serial_sequence('t', 'id') || ' ' || attidentity::text || ' '"
                      + " || conname FROM pg_attribute, pg_constraint"
                      + " WHERE attrelid = 't'::regclass AND attname = 'id' AND contype = 'p'"
                      + " AND conrelid = 't'::regclass"))
          .isEqualTo("public.t_id_seq a t_pkey");
      assertThat(stage.dump().replaceAll("(?s)CREATE TABLE.*?\\);", ""))
          .isEqualTo(plain.dump().replaceAll("(?s)CREATE TABLE.*?\\);", ""));
    }
  }

  @Test
  void aSerialKeyGetsWider() throws SQLException {
    SchemaOperation change = changeType("t", "id", null, "bigint", null, null);
    try (Stage stage =
        Stage.open(
            directory,
            "CREATE TABLE t (id serial PRIMARY KEY, a text)",
            "INSERT INTO t (a) VALUES ('x')")) {
      stage.expand(change);
      stage.execute("INSERT INTO t (a) VALUES ('y')");
      stage.contract(change);
      stage.execute("INSERT INTO t (a) VALUES ('z')");

      assertThat(stage.rows("SELECT id, a FROM t ORDER BY id")).isEqualTo("(1,x) (2,y) (3,z)");
      assertThat(stage.value("SELECT pg_get_serial_sequence('t', 'id')"))
          .isEqualTo("public.t_id_seq");
    }
  }

  @Test
  void whatOnlyTheNewColumnsSayIsKept() throws SQLException, IOException {
    SchemaOperation[] operations = {
      changeType("t", "a", "b", "numeric", null, "round(b)::int"),
      new AddColumn(WHERE, "t", "c", "text", "'none'", true, null, null, null)
    };
    try (Stage stage =
        Stage.open(
            directory,
            "CREATE TABLE t (id int PRIMARY KEY, a int)",
            "INSERT INTO t SELECT n, n FROM generate_series(1, 5) n")) {
      stage.expand(operations);
      stage.execute("UPDATE t SET b = 2.25 WHERE id = 2", "UPDATE t SET c = 'said' WHERE id = 3");

      Facts facts = stage.step("columns-", operations).takeBack(stage.context().in(Window.BY_HAND));

      assertThat(facts.number("kept_rows")).contains(2L);
      assertThat(Files.readString(Path.of(facts.text("kept_file").orElseThrow())))
          .isEqualTo("id,b,c\n2,2.25,none\n3,3,said\n");
      assertThat(stage.rows("SELECT * FROM t ORDER BY id"))
          .isEqualTo("(1,1) (2,2) (3,3) (4,4) (5,5)");
    }
  }

  @Test
  void aTextThatIsTooLongIsAnErrorAndNotCut() throws SQLException {
    SchemaOperation change = changeType("t", "a", "b", "varchar(3)", null, null);
    try (Stage stage = Stage.open(directory, "CREATE TABLE t (a text)")) {
      stage.expand(change);
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> stage.execute("INSERT INTO t (a) VALUES ('four')")))
          .hasMessageContaining("too long");
    }
  }
}
