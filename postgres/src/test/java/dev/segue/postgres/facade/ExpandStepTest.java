package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.conductor.Database;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpandStepTest {

  @TempDir Path directory;
  private Scene scene;
  private FakeContext context;

  @BeforeEach
  void open() throws SQLException {
    scene = Scene.open();
    context = new FakeContext(directory);
  }

  @AfterEach
  void close() throws SQLException {
    scene.close();
  }

  @Test
  void theTableIsSeenUnderBothNamesAndThenAsBeforeToTheLastCatalogueRow() throws SQLException {
    scene.execute(
        "CREATE VIEW by_person AS SELECT person, fahanie_cares_member_id FROM unified_db_personlink",
        "COMMENT ON TABLE unified_db_personlink IS 'links'",
        "CREATE INDEX ON unified_db_personlink (fahanie_cares_member_id) WHERE note IS NOT NULL");
    String before = scene.catalogue();
    Step step = scene.step("expand-" + Scene.LINK);
    assertThat(step.observe(context)).isEqualTo(Observation.ABSENT);

    Facts facts = step.apply(context);

    assertThat(step.observe(context)).isInstanceOf(Observation.Present.class);
    assertThat(facts.values()).containsKeys("lock_ms", "attempts", "waited_ms", "rows_estimate");
    assertThat(facts.text("table")).contains("public.unified_db_personlink");
    assertThat(context.fenceChecks).isEqualTo(1);
    assertThat(
            scene.value(
                "select string_agg(%s || '=' || %s, ',' order by id) from %s"
                    .formatted(Scene.OLD, Scene.NEW, Scene.LINK)))
        .isEqualTo("1=1,2=2,3=3");
    assertThat(scene.value("select count(*) from by_person")).isEqualTo("3");

    step.takeBack(context);

    assertThat(step.observe(context)).isEqualTo(Observation.ABSENT);
    assertThat(scene.catalogue()).isEqualTo(before);
    assertThat(step.takeBack(context)).isEqualTo(Facts.NONE);
  }

  @Test
  void thePlanShowsEveryStatementAndChangesNothing() throws SQLException {
    String before = scene.catalogue();
    List<String> statements =
        scene.step("expand-" + Scene.LINK).describe().statements().stream()
            .map(Statement::text)
            .toList();

    assertThat(String.join(";\n", statements))
        .isEqualTo(
            """
            SET LOCAL lock_timeout = '100ms';
            SET LOCAL statement_timeout = '5200ms';
            SET LOCAL idle_in_transaction_session_timeout = '5000ms';
            LOCK TABLE ONLY public.unified_db_personlink IN ACCESS EXCLUSIVE MODE;
            ALTER TABLE public.unified_db_personlink RENAME TO unified_db_personlink__segue;
            CREATE VIEW public.unified_db_personlink WITH (security_invoker = true) AS SELECT id, person, fahanie_cares_member_id, note, shout, fahanie_cares_member_id AS bm_parliament_member_id FROM public.unified_db_personlink__segue;
            COMMENT ON VIEW public.unified_db_personlink IS 'segue: facade of rename-member-column run …'\
            """);
    assertThat(scene.catalogue()).isEqualTo(before);
  }

  @Test
  void fiftyThousandRowsAreLockedForLessThanHalfASecond() throws SQLException {
    scene.execute(
        "INSERT INTO unified_db_personlink (person) SELECT 'q' || n FROM generate_series(1, 50000) n",
        "ANALYZE unified_db_personlink");
    Step step = scene.step("expand-" + Scene.LINK);

    Facts facts = step.apply(context);
    Facts back = step.takeBack(context);

    assertThat(facts.number("rows_estimate")).contains(50_003L);
    assertThat(facts.number("lock_ms").orElseThrow()).isLessThan(500);
    assertThat(back.number("lock_ms").orElseThrow()).isLessThan(500);
  }

  @Test
  void grantsOfTableAndColumnsAreTheFacadesToo() throws SQLException {
    String suffix = scene.database().name();
    String reader = "reader_" + suffix;
    String writer = "Writer \"of\" " + suffix;
    String quoted = "\"" + writer.replace("\"", "\"\"") + "\"";
    scene.execute("CREATE ROLE " + reader, "CREATE ROLE " + quoted);
    try {
      scene.execute(
          "ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO PUBLIC",
          "GRANT SELECT ON unified_db_personlink TO " + reader,
          "GRANT SELECT, INSERT ON unified_db_personlink TO " + quoted + " WITH GRANT OPTION",
          "GRANT UPDATE (fahanie_cares_member_id, note) ON unified_db_personlink TO " + reader);
      String before = grants();

      scene.step("expand-" + Scene.LINK).apply(context);

      assertThat(grants()).isEqualTo(before);
      assertThat(scene.value("select attacl from pg_attribute where attname = '" + Scene.NEW + "'"))
          .isEqualTo("{" + reader + "=w/postgres}");
    } finally {
      scene.close();
      Scene next = Scene.open();
      next.execute("DROP ROLE " + reader, "DROP ROLE " + quoted);
      scene = next;
    }
  }

  private String grants() throws SQLException {
    return scene.value(
        "select string_agg(x::text, ' ' order by x::text) from pg_class, unnest(relacl) x"
            + " where relname = '"
            + Scene.LINK
            + "'");
  }

  @Test
  void policiesAreThoseOfWhoeverAsks() throws SQLException {
    String reader = "reader_" + scene.database().name();
    scene.execute(
        "CREATE ROLE " + reader + " LOGIN",
        "GRANT SELECT ON unified_db_personlink TO " + reader,
        "ALTER TABLE unified_db_personlink ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON unified_db_personlink TO "
            + reader
            + " USING (fahanie_cares_member_id < 3)");

    scene.step("expand-" + Scene.LINK).apply(context);

    try (Connection connection = Database.open(scene.target(reader).url(), "reading")) {
      assertThat(
              Prompt.first(
                  connection,
                  "SELECT sum(bm_parliament_member_id) FROM unified_db_personlink",
                  row -> row.getLong(1)))
          .contains(3L);
    }
    scene.execute("DROP OWNED BY " + reader, "DROP ROLE " + reader);
  }

  @Test
  void theOwnerStaysTheOwner() throws SQLException {
    String owner = "owner_" + scene.database().name();
    scene.execute("CREATE ROLE " + owner, "ALTER TABLE unified_db_personlink OWNER TO " + owner);
    Step step = scene.step("expand-" + Scene.LINK);
    step.apply(context);

    assertThat(
            scene.value(
                "select relowner::regrole from pg_class where relname = '" + Scene.LINK + "'"))
        .isEqualTo(owner);
    scene.execute("DROP OWNED BY " + owner + " CASCADE", "DROP ROLE " + owner);
  }

  @Test
  void oddNamesAreNamesToo() throws SQLException {
    String table = "Üser \"x\" 100% of 'them'; {d '1'} of a name that fills sixty-3";
    String quoted = Identifiers.quoted(table);
    scene.execute(
        "CREATE SCHEMA \"select\"",
        "CREATE TABLE \"select\"."
            + quoted
            + " (id int, \"order\" int, \"a'b\\c?\" int, \"ß\" int)",
        "INSERT INTO \"select\"." + quoted + " VALUES (1, 2, 3, 4)");
    String before = scene.catalogue();
    String named = "select.\"" + table.replace("\"", "\"\"") + "\"";
    Change change =
        scene.change(
            Scene.rename(named, "order", "user"),
            Scene.rename(named, "a'b\\c?", "d.e \"f\""),
            Scene.rename(named, "ß", "group"));
    Step step = Scene.step(change, "expand-" + named);

    step.apply(context);
    assertThat(step.observe(context)).isInstanceOf(Observation.Present.class);
    assertThat(
            scene.value(
                "select \"user\" + 10 * \"d.e \"\"f\"\"\" + 100 * \"group\" + 1000 * \"order\" from \"select\"."
                    + quoted))
        .isEqualTo("2432");

    step.takeBack(context);
    assertThat(scene.catalogue()).isEqualTo(before);
    step.apply(context);
    Step contract = Scene.step(change, "contract-" + named);
    contract.apply(context);
    assertThat(contract.observe(context)).isInstanceOf(Observation.Present.class);
    assertThat(scene.value("select \"group\" from \"select\"." + quoted)).isEqualTo("4");
  }

  @Test
  void partitionedTablesHaveFacadesAndTheirPartitionsFollow() throws SQLException {
    scene.execute(
        "CREATE TABLE event (id int, old_at int, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
        "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (10) TO (20)");
    Change change = scene.change(Scene.rename("event", "old_at", "at"));
    Step step = Scene.step(change, "expand-event");
    step.apply(context);
    scene.execute("INSERT INTO event (id, at) VALUES (1, 7), (11, 8)");
    scene.execute("UPDATE event SET id = 12 WHERE at = 7");
    assertThat(scene.value("select sum(old_at) from event_2")).isEqualTo("15");

    step.takeBack(context);
    step.apply(context);
    Scene.step(change, "contract-event").apply(context);

    assertThat(scene.value("select sum(at) from event_2")).isEqualTo("15");
  }

  @Test
  void whatSomebodyElsePutThereIsSeenAndLeftAlone() throws SQLException {
    Step step = scene.step("expand-" + Scene.LINK);
    scene.execute(
        "ALTER TABLE unified_db_personlink RENAME TO unified_db_personlink__segue",
        "CREATE VIEW unified_db_personlink AS SELECT * FROM unified_db_personlink__segue");

    assertThat(step.observe(context))
        .isEqualTo(
            new Observation.Partial(
                "public.unified_db_personlink is a view over unified_db_personlink__segue that this"
                    + " change did not make",
                false));
    assertThatThrownBy(() -> step.takeBack(context))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("table-not-as-expected"));
  }

  @Test
  void aFacadeThatLagsBehindItsTableIsTakenBackAllTheSame() throws SQLException {
    Step step = scene.step("expand-" + Scene.LINK);
    step.apply(context);
    scene.execute("ALTER TABLE unified_db_personlink__segue ADD COLUMN later int");

    assertThat(step.observe(context))
        .isInstanceOfSatisfying(
            Observation.Partial.class,
            partial -> {
              assertThat(partial.ours()).isTrue();
              assertThat(partial.what()).contains("later");
            });
    step.takeBack(context);
    assertThat(step.observe(context)).isEqualTo(Observation.ABSENT);
  }

  @Test
  void whatHangsOnTheFacadeIsNamedInsteadOfDropped() throws SQLException {
    Step step = scene.step("expand-" + Scene.LINK);
    step.apply(context);
    scene.execute("CREATE VIEW made_meanwhile AS SELECT person FROM unified_db_personlink");

    assertThatThrownBy(() -> step.takeBack(context))
        .hasMessageContaining("made_meanwhile")
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("facade-depended-upon"));
    assertThat(step.observe(context)).isInstanceOf(Observation.Present.class);
  }

  @Test
  void aTableThatIsNotThereIsToldWithItsNearest() {
    Step step =
        Scene.step(
            scene.change(Scene.rename("unified_db_personlnk", Scene.OLD, Scene.NEW)),
            "expand-unified_db_personlnk");

    assertThatThrownBy(step::describe)
        .hasMessage(
            "change.yaml:12:5: there is no table unified_db_personlnk; did you mean"
                + " unified_db_personlink?");
  }
}
