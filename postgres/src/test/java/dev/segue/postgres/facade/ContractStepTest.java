package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.oldnames.Called;
import dev.segue.postgres.sql.Prompt;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractStepTest {

  private static final String BY_OLD_NAME =
      "SELECT l.fahanie_cares_member_id FROM unified_db_personlink l WHERE l.id = 1";
  private static final String BY_NEW_NAME =
      "SELECT l.bm_parliament_member_id FROM unified_db_personlink l WHERE l.id = 1";

  @TempDir Path directory;
  private Scene scene;
  private FakeContext context;
  private Step contract;

  @BeforeEach
  void open() throws SQLException {
    scene = Scene.open();
    context = new FakeContext(directory);
    contract = scene.step("contract-" + Scene.LINK);
    scene.step("expand-" + Scene.LINK).apply(context);
  }

  @AfterEach
  void close() throws SQLException {
    scene.close();
  }

  private void switched() {
    context.keep("old-names", scene.step("old-names").apply(context));
  }

  @Test
  void theTableIsLeftWithItsNewNameAndWithoutAFacade() throws SQLException {
    scene.execute(
        "CREATE VIEW w AS SELECT fahanie_cares_member_id FROM unified_db_personlink__segue");
    scene.value(BY_OLD_NAME);
    switched();
    scene.value(BY_NEW_NAME);
    assertThat(contract.observe(context)).isEqualTo(Observation.ABSENT);

    Facts facts = contract.apply(context);

    assertThat(contract.observe(context)).isInstanceOf(Observation.Present.class);
    assertThat(facts.text("old_names").orElseThrow())
        .startsWith("pg_stat_statements and pg_stat_activity since 20")
        .endsWith("statements with old names: 2");
    assertThat(facts.number("lock_ms").orElseThrow()).isLessThan(500);
    assertThat(
            scene.value(
                "select string_agg(relname, ',' order by relname) from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace"
                    + " and relname !~ '^pg_stat'"))
        .isEqualTo("constituents_bmparliamentmember,unified_db_personlink,visit,w");
    assertThat(scene.value(BY_NEW_NAME)).isEqualTo("1");
    assertThat(scene.value("select fahanie_cares_member_id from w limit 1")).isEqualTo("1");
    assertThat(scene.value("select pg_get_serial_sequence('unified_db_personlink', 'id')"))
        .isEqualTo("public.unified_db_personlink_id_seq");
  }

  @Test
  void whoeverStillSaysAnOldNameStopsIt() throws SQLException {
    scene.value(BY_OLD_NAME);
    switched();
    scene.value(BY_OLD_NAME);
    scene.value(BY_OLD_NAME);

    SegueException refused =
        catchThrowableOfType(SegueException.class, () -> contract.apply(context));

    assertThat(refused.code()).isEqualTo("old-names-in-use");
    assertThat(refused)
        .hasMessageContaining(
            "2 calls: SELECT l.fahanie_cares_member_id FROM unified_db_personlink l WHERE l.id = $1");
    assertThat(contract.observe(context)).isEqualTo(Observation.ABSENT);

    contract.apply(context.force());
    assertThat(contract.observe(context)).isInstanceOf(Observation.Present.class);
  }

  @Test
  void aSessionWhoseLastStatementSaysAnOldNameStopsItWithoutStatistics() throws SQLException {
    scene.execute("DROP EXTENSION pg_stat_statements");
    switched();
    try (Connection old = scene.connect()) {
      Prompt.execute(old, BY_OLD_NAME);

      SegueException refused =
          catchThrowableOfType(SegueException.class, () -> contract.apply(context));

      assertThat(refused.code()).isEqualTo("old-names-in-use");
      assertThat(refused).hasMessageContaining("idle: " + BY_OLD_NAME);
    }
    Facts facts = contract.apply(context);
    assertThat(facts.text("old_names"))
        .contains("pg_stat_activity alone: pg_stat_statements cannot be read");
  }

  @Test
  void withoutACountFromTheSwitchItSaysThatNothingIsKnown() {
    assertThat(contract.apply(context).text("old_names"))
        .contains("not known: nothing was counted at the switch");
  }

  @Test
  void itsTransactionIsShown() {
    List<String> statements =
        contract.describe().statements().stream().skip(3).map(Statement::text).toList();

    assertThat(statements)
        .containsExactly(
            "LOCK TABLE public.unified_db_personlink IN ACCESS EXCLUSIVE MODE",
            "DROP VIEW public.unified_db_personlink",
            "ALTER TABLE public.unified_db_personlink__segue RENAME COLUMN fahanie_cares_member_id TO bm_parliament_member_id",
            "ALTER TABLE public.unified_db_personlink__segue RENAME TO unified_db_personlink");
  }

  @Test
  void aTableWithoutItsFacadeIsNotTouched() throws SQLException {
    scene.step("expand-" + Scene.LINK).takeBack(context);

    assertThat(contract.observe(context))
        .isInstanceOfSatisfying(
            Observation.Partial.class, partial -> assertThat(partial.ours()).isFalse());
    SegueException refused =
        catchThrowableOfType(SegueException.class, () -> contract.apply(context));
    assertThat(refused.code()).isEqualTo("table-not-as-expected");
  }

  @Test
  void wordsAreFoundWholeAndWhateverTheirLetters() throws SQLException {
    try (Connection connection = scene.connect()) {
      String pattern = Called.word(List.of("member_id", "a.b*", "naïve"));
      for (String text : List.of("x.member_id=1", "MEMBER_ID", "\"a.b*\"", "(naïve)")) {
        assertThat(matches(connection, text, pattern)).as(text).isTrue();
      }
      for (String text : List.of("old_member_id", "member_ids", "axb", "naive")) {
        assertThat(matches(connection, text, pattern)).as(text).isFalse();
      }
    }
  }

  private static boolean matches(Connection connection, String text, String pattern)
      throws SQLException {
    return Prompt.first(connection, "select ? ~* ?", row -> row.getBoolean(1), text, pattern)
        .orElseThrow();
  }
}
