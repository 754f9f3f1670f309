package dev.segue.postgres.columns;

import static dev.segue.postgres.columns.Stage.changeType;
import static dev.segue.postgres.columns.Stage.rename;
import static dev.segue.postgres.columns.Stage.replaceEnum;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.SchemaOperation;
import dev.segue.conductor.Finding;
import dev.segue.postgres.online.Site;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnsGateTest {

  @TempDir Path directory;
  private Stage stage;

  @BeforeEach
  void open() throws SQLException {
    stage =
        Stage.open(
            directory,
            "CREATE TYPE mood AS ENUM ('sad', 'glad')",
            "CREATE TABLE person (id bigserial PRIMARY KEY, name text, at timestamptz, feeling mood,"
                + " CHECK (length(name) < 99))");
  }

  @AfterEach
  void close() throws SQLException {
    stage.close();
  }

  private String said(SchemaOperation... operations) {
    return Columns.gates(
            stage.site(), String.valueOf(operations[0].table()), List.of(operations), () -> true)
        .stream()
        .flatMap(gate -> gate.ask(what -> {}).stream())
        .map(ColumnsGateTest::words)
        .collect(joining("\n"));
  }

  private static String words(Finding finding) {
    return finding.level() + " " + finding.message();
  }

  @Test
  void whatCanBeDoneIsSummedUp() {
    assertThat(said(rename("person", "name", "full_name")))
        .isEqualTo(
            "PASSED public.person: new full_name; until the contract name stay beside;"
                + " 0 indexes and 1 constraints are carried over");
  }

  @Test
  void whatHangsOnAColumnIsListedWhole() throws SQLException {
    stage.execute(
        "CREATE VIEW names AS SELECT name FROM person",
        "CREATE MATERIALIZED VIEW stored AS SELECT name FROM person",
        "CREATE TABLE log (LIKE person)",
        "CREATE POLICY own ON person USING (name = current_user)",
        "CREATE STATISTICS both_ones ON name, at FROM person",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
        "CREATE TRIGGER named BEFORE UPDATE OF name ON person FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE TRIGGER nameless AFTER UPDATE ON person FOR EACH ROW WHEN (new.name IS NULL)"
            + " EXECUTE FUNCTION f()",
        "CREATE PUBLICATION subset FOR TABLE person (id, name)",
        "ALTER TABLE person ADD shout text GENERATED ALWAYS AS (upper(name)) STORED",
        "ALTER TABLE person ADD CONSTRAINT by_name UNIQUE (name)",
        "CREATE TABLE nick (name text REFERENCES person (name))",
        "ALTER TABLE person ADD CONSTRAINT none EXCLUDE USING btree (name WITH =)");

    assertThat(said(rename("person", "name", "full_name")))
        .contains(
            "view names",
            "materialized view stored",
            "policy own on table person",
            "statistics object both_ones",
            "trigger named on table person",
            "trigger nameless on table person",
            "publication of table person in publication subset",
            "column shout of table person",
            "constraint nick_name_fkey on table nick",
            "exclusion constraints of public.person cannot be built without a lock: none");
  }

  @Test
  void namesAreLookedUpAndExpressionsTried() {
    assertThat(said(rename("persn", "name", "x")))
        .isEqualTo("REFUSED change.yaml:3:5: there is no table persn; did you mean person?");
    assertThat(said(rename("person", "nme", "x")))
        .isEqualTo("REFUSED change.yaml:3:5: public.person has no column nme; did you mean name?");
    assertThat(said(rename("person", "name", "at")))
        .isEqualTo("REFUSED change.yaml:3:5: public.person already has a column at");
    assertThat(said(changeType("person", "name", "n", "numbr", null, null)))
        .startsWith("REFUSED change.yaml:3:5: PostgreSQL refuses 'numbr': ERROR: type \"numbr\"");
    assertThat(said(changeType("person", "name", "n", "int", "lenth(name)", null)))
        .startsWith("REFUSED change.yaml:3:5: PostgreSQL refuses 'lenth(name)'");
    assertThat(said(changeType("person", "name", "n", "int", "(SELECT 1)", null)))
        .startsWith("REFUSED change.yaml:3:5: PostgreSQL refuses '(SELECT 1)'");
    assertThat(said(changeType("person", "name", "n", "int", "name", null)))
        .contains("is of type integer but expression is of type text");
  }

  @Test
  void whatDependsOnTheSessionIsWarnedOf() {
    assertThat(said(changeType("person", "at", "on_day", "date", null, null)))
        .contains("WARNING change.yaml:3:5: not the same for everybody at any time")
        .contains("PASSED");
    assertThat(
            said(
                changeType(
                    "person",
                    "at",
                    "on_day",
                    "date",
                    "(at AT TIME ZONE 'UTC')::date",
                    "on_day::timestamp AT TIME ZONE 'UTC'")))
        .doesNotContain("WARNING");
  }

  @Test
  void whatAnExpressionChangesTheMeaningOfIsNotCarriedOver() {
    assertThat(said(changeType("person", "name", "n", "text", "upper(name)", "lower(n)")))
        .contains("WARNING change.yaml:3:5: with the old columns go: person_name_check");
  }

  @Test
  void everyValueOfAnEnumMustHaveAnother() {
    assertThat(
            said(
                replaceEnum(
                    "person",
                    "feeling",
                    null,
                    "temper",
                    List.of("low", "glad"),
                    Map.of(),
                    Map.of())))
        .isEqualTo(
            "REFUSED change.yaml:3:5: no new value for the old sad\n"
                + "REFUSED change.yaml:3:5: no old value for the new low");
    assertThat(
            said(
                replaceEnum(
                    "person", "feeling", null, "mood", List.of("sad", "glad"), Map.of(), Map.of())))
        .isEqualTo("REFUSED change.yaml:3:5: there is a type mood already");
  }

  @Test
  void whatThisChangeHasMadeIsNotInItsWay() {
    SchemaOperation rename = rename("person", "name", "full_name");
    stage.step("columns-", rename).apply(stage.context());

    assertThat(said(rename)).startsWith("PASSED");
    Wish other =
        new Wish(
            new Site("other", stage.site().target()),
            "person",
            List.of(changeType("person", "at", "since", "text", null, null)),
            () -> true);
    assertThat(new ColumnsGate(other).ask(what -> {}))
        .extracting(Finding::message)
        .containsExactly("change.yaml:3:5: another change keeps columns of public.person in step");
  }
}
