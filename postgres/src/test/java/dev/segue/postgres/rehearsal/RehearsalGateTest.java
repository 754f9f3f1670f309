package dev.segue.postgres.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Finding.Level;
import dev.segue.postgres.schema.SchemaOperations;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalGateTest {

  @TempDir private Path directory;
  private TestDatabase database;

  @BeforeEach
  void tables() throws SQLException {
    database = TestDatabases.fresh();
    database.execute(
        "create table member (id bigint primary key, name text)",
        "create table link (id bigserial primary key, old_id bigint references member, note text"
            + " unique)");
  }

  @AfterEach
  void drop() throws SQLException {
    database.close();
  }

  private List<Finding> rehearse(String oldStatements, String newStatements) throws IOException {
    Files.writeString(directory.resolve("old.sql"), oldStatements);
    Files.writeString(directory.resolve("new.sql"), newStatements);
    return rehearse("{ old: old.sql, new: new.sql }");
  }

  private List<Finding> rehearse(String rehearsal) {
    String source =
        """
        change: a-change
        summary: A change
        postgres: { url: "${URL}" }
        rehearsal: %s
        schema:
          - rename-column: { table: link, from: old_id, to: new_id, by: facade }
        """
            .formatted(rehearsal);
    Change change =
        ChangeFile.parse(source, directory.resolve("change.yaml"), Map.of("URL", database.url()));
    return SchemaOperations.gates(change).stream()
        .filter(RehearsalGate.class::isInstance)
        .flatMap(gate -> gate.ask(what -> {}).stream())
        .toList();
  }

  private static List<String> refusals(List<Finding> findings) {
    return findings.stream().filter(f -> f.level() == Level.REFUSED).map(Finding::message).toList();
  }

  @Test
  void passesStatementsThatWorkInEveryStateTheyMeet() throws IOException {
    List<Finding> findings =
        rehearse(
            """
            SELECT id, old_id FROM link WHERE id = $1;
            INSERT INTO link (old_id, note) VALUES ($1, $2) ON CONFLICT (note) DO NOTHING RETURNING id;
            """,
            "UPDATE link SET new_id = $1 WHERE id = $2;");
    assertThat(findings)
        .containsExactly(
            Finding.passed(
                "rehearsal",
                "2 statements of the old version (from old.sql) and 1 of the new one work in every"
                    + " state they will meet"));
  }

  @Test
  void refusesWhatAViewCannotCarryWithTheServersOwnWords() throws IOException {
    List<Finding> findings =
        rehearse("SELECT l.id, l.note, count(*) FROM link l GROUP BY l.id;", "SELECT 1;");
    assertThat(refusals(findings))
        .singleElement()
        .asString()
        .contains("while both versions run")
        .contains("must appear in the GROUP BY clause")
        .contains("GROUP BY l.id");
  }

  @Test
  void refusesANewVersionThatStillUsesTheOldName() throws IOException {
    List<Finding> findings = rehearse("SELECT 1;", "SELECT old_id FROM link;");
    assertThat(refusals(findings))
        .singleElement()
        .asString()
        .contains("after the contract")
        .contains("old_id");
  }

  @Test
  void refusesUtilityStatementsNoViewTakes() throws IOException {
    List<Finding> findings =
        rehearse("TRUNCATE link; COPY link (note) FROM STDIN; COPY link TO STDOUT;", "SELECT 1;");
    assertThat(refusals(findings)).hasSize(2).allMatch(m -> m.contains("old.sql:1: "));
  }

  @Test
  void warnsOfThoseThatWereOnceSentByHand() throws IOException, SQLException {
    database.execute("TRUNCATE link");
    List<Finding> findings = rehearse("{}");
    assertThat(refusals(findings)).isEmpty();
    assertThat(findings)
        .anyMatch(f ->
            f.level() == Level.WARNING
                && f.message().contains("no view takes this")
                && f.message().contains("TRUNCATE link"));
  }

  @Test
  void isNotHeldWhereTheRenamesDoNotFit() throws IOException, SQLException {
    database.execute("ALTER TABLE link RENAME old_id TO other_id");
    assertThat(rehearse("SELECT 1;", "SELECT 1;"))
        .singleElement()
        .satisfies(f -> assertThat(f.level()).isEqualTo(Level.WARNING))
        .satisfies(f -> assertThat(f.message()).contains("not held"));
  }

  @Test
  void saysWhatItCannotKnow() throws IOException {
    List<Finding> findings = rehearse("SELECT gone FROM link;", "");
    assertThat(refusals(findings)).isEmpty();
    assertThat(findings)
        .filteredOn(f -> f.level() == Level.WARNING)
        .extracting(Finding::message)
        .anyMatch(m -> m.contains("cannot be prepared even as things are"))
        .anyMatch(m -> m.contains("no statement of the new version is known"));
  }

  @Test
  void warnsOfAnswersThatGetOtherColumns() throws IOException {
    assertThat(rehearse("SELECT * FROM link;", "SELECT 1;"))
        .anyMatch(
            f -> f.level() == Level.WARNING && f.message().contains("answers with other columns"));
  }

  @Test
  void readsTheOldVersionsStatementsFromTheServer() throws SQLException {
    database.execute("create extension if not exists pg_stat_statements");
    database.execute("select id, old_id from link where note = 'x'");
    List<Finding> findings = rehearse("{}");
    assertThat(findings.getFirst().message()).contains("from pg_stat_statements");
  }

  @Test
  void refusesTheKnownKillersOfAFacade() throws IOException {
    List<Finding> findings =
        rehearse(
            """
            INSERT INTO link (note) VALUES ($1) ON CONFLICT ON CONSTRAINT link_note_key DO NOTHING;
            SELECT ctid FROM link WHERE id = $1;
            SELECT xmin, note FROM link;
            SELECT link.note FROM link TABLESAMPLE SYSTEM (1);
            """,
            "UPDATE link SET old_id = $1, new_id = $1;");
    assertThat(refusals(findings))
        .hasSize(5)
        .anyMatch(m -> m.contains("constraint \"link_note_key\" for table \"link\" does not exist"))
        .anyMatch(m -> m.contains("column \"ctid\" does not exist"))
        .anyMatch(m -> m.contains("TABLESAMPLE"))
        .anyMatch(m -> m.contains("multiple assignments to same column"));
  }

  @Test
  void findsNamesWhereTheSenderLooksForThem() throws SQLException, IOException {
    database.execute(
        "create role app login",
        "create schema app authorization app",
        "set role app; create table app.own (id int); reset role");
    try (Connection app =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s"
                    .formatted(database.server().port(), database.name()),
                "app",
                "");
        Statement statement = app.createStatement()) {
      statement.execute("select id from own");
    }
    try {
      assertThat(rehearse("{}"))
          .noneMatch(f -> f.message().contains("cannot be prepared even as things are"))
          .anyMatch(f -> f.message().startsWith("1 statements of the old version"));
    } finally {
      database.execute("drop owned by app", "drop role app");
    }
  }

  @Test
  void preparesWhatTheServerPrintsUnreadably() throws IOException, SQLException {
    database.execute("alter table link add made timestamptz");
    database.execute(
        "select extract(year from made), made - interval '1 day', made > date '2026-01-01' from link");
    assertThat(rehearse("{}"))
        .anyMatch(f -> f.message().startsWith("1 statements of the old version"))
        .noneMatch(f -> f.message().contains("cannot be prepared even as things are"));
  }

  @Test
  void statementsOfAnEarlierRunAreNoneOfTheOldVersion() throws IOException {
    assertThat(rehearse("SELECT new_id FROM link; SELECT old_id FROM link;", "SELECT 1;"))
        .noneMatch(f -> f.level() != Level.PASSED)
        .anyMatch(f -> f.message().startsWith("1 statements say the new names already"))
        .anyMatch(f -> f.message().startsWith("1 statements of the old version"));
  }

  @Test
  void aFacadeThatStandsAlreadyIsNoObstacle() throws IOException, SQLException {
    database.execute(
        "alter table link rename to link__segue",
        "create view link as select id, old_id, note, old_id as new_id from link__segue",
        "comment on view link is 'segue: facade of a-change run a-change-1'");
    assertThat(rehearse("SELECT id, old_id FROM link;", "SELECT new_id FROM link;"))
        .noneMatch(f -> f.level() != Level.PASSED);
  }

  @Test
  void saysWhatItsCopyLacks() throws IOException, SQLException {
    database.execute("create aggregate total (int) (sfunc = int4pl, stype = int)");
    assertThat(rehearse("SELECT total(id::int) FROM link;", "SELECT 1;"))
        .anyMatch(f ->
            f.level() == Level.WARNING
                && f.message().contains("the copy lacks 1 things")
                && f.message().contains("public.total(integer)"));
  }

  @Test
  void leavesNoScratchDatabaseBehind() throws Exception {
    rehearse("SELECT 1;", "SELECT 1;");
    assertThat(
            database.value("select count(*) from pg_database where datname like 'segue_scratch%'"))
        .isEqualTo("0");
  }
}
