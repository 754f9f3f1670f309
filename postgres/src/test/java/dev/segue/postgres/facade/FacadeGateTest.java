package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Finding.Level;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FacadeGateTest {

  @TempDir Path directory;
  private Scene scene;

  @BeforeEach
  void open() throws SQLException {
    scene = Scene.open();
  }

  @AfterEach
  void close() throws SQLException {
    scene.close();
  }

  private static RenameColumn memberColumn() {
    return Scene.rename(Scene.LINK, Scene.OLD, Scene.NEW);
  }

  private static List<String> of(Level level, List<Finding> findings) {
    return findings.stream().filter(f -> f.level() == level).map(Finding::message).toList();
  }

  private List<String> refusals(RenameColumn... renames) {
    return of(Level.REFUSED, Scene.ask(scene.change(renames)));
  }

  @Test
  void aTableThatCanHaveAFacadePasses() throws SQLException {
    scene.execute("CREATE VIEW v AS SELECT person FROM unified_db_personlink", "ANALYZE");

    List<Finding> findings = Scene.ask(scene.memberColumn());

    assertThat(findings).extracting(Finding::level).containsOnly(Level.PASSED);
    assertThat(findings)
        .extracting(Finding::message)
        .contains(
            "public.unified_db_personlink is read by v, which follow by themselves and keep their own column names",
            "public.unified_db_personlink: fahanie_cares_member_id → bm_parliament_member_id, about 3 rows; none of them is touched");
  }

  @Test
  void namesThatAreNotThereAreToldWithTheirPlaceAndTheNearest() throws SQLException {
    scene.execute("CREATE SCHEMA other", "CREATE TABLE other.elsewhere (x int)");

    assertThat(refusals(Scene.rename("unified_db_person_link", "a", "b")))
        .containsExactly(
            "change.yaml:12:5: there is no table unified_db_person_link; did you mean unified_db_personlink?");
    assertThat(refusals(Scene.rename("elsewhere", "a", "b")))
        .containsExactly(
            "change.yaml:12:5: there is no table elsewhere; did you mean other.elsewhere?");
    assertThat(refusals(Scene.rename(Scene.LINK, "fahanie_care_member_id", "b")))
        .containsExactly(
            "change.yaml:13:5: public.unified_db_personlink has no column fahanie_care_member_id; did you mean fahanie_cares_member_id?");
  }

  @Test
  void newNamesMustBeFree() {
    assertThat(refusals(Scene.rename(Scene.LINK, Scene.OLD, "note")))
        .containsExactly(
            "change.yaml:14:5: public.unified_db_personlink already has a column note");
    assertThat(refusals(Scene.rename(Scene.LINK, Scene.OLD, "xmin"))).hasSize(1);
    assertThat(refusals(Scene.rename(Scene.LINK, Scene.OLD, "x".repeat(64)))).hasSize(1);
    assertThat(
            refusals(
                Scene.rename(Scene.LINK, Scene.OLD, "x"), Scene.rename(Scene.LINK, "note", "x")))
        .containsExactly("change.yaml:14:5: two columns would be called x");
    assertThat(refusals(Scene.rename(Scene.LINK, Scene.NEW, Scene.OLD)))
        .contains(
            "change.yaml:13:5: public.unified_db_personlink has no column bm_parliament_member_id, but it has fahanie_cares_member_id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "CREATE TABLE unified_db_personlink__segue (x int) | would step aside as unified_db_personlink__segue",
        "CREATE DOMAIN unified_db_personlink__segue AS int | would step aside as unified_db_personlink__segue",
        "CREATE PUBLICATION p FOR ALL TABLES | is published by p:",
        "CREATE PUBLICATION p FOR TABLE unified_db_personlink | is published by p:",
        "CREATE RULE r AS ON INSERT TO unified_db_personlink DO ALSO NOTIFY x | has the rules r,",
        "CREATE TABLE child () INHERITS (unified_db_personlink) | has the child tables child by inheritance",
        "CREATE FUNCTION f(unified_db_personlink) RETURNS text LANGUAGE sql AS 'SELECT $1.person' | lends its row type to function f(unified_db_personlink)",
        "CREATE TABLE log (was unified_db_personlink[]) | lends its row type to column was of table log",
      })
  void whatAFacadeCannotCarryIsRefused(String statement, String message) throws SQLException {
    scene.execute(statement);

    assertThat(refusals(memberColumn())).singleElement().asString().contains(message);
  }

  @Test
  void partsAndViewsAreRefusedWithWhereTheirColumnsAreNamed() throws SQLException {
    scene.execute(
        "CREATE TABLE whole (id int, a int) PARTITION BY RANGE (id)",
        "CREATE TABLE part PARTITION OF whole DEFAULT",
        "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a");

    assertThat(refusals(Scene.rename("whole", "a", "b"))).isEmpty();
    assertThat(refusals(Scene.rename("part", "a", "b")))
        .containsExactly(
            "change.yaml:12:5: public.part is a part of whole, and its columns are named there");
    assertThat(refusals(Scene.rename("v", "a", "b")))
        .containsExactly(
            "change.yaml:12:5: public.v is a view; its columns are named in its definition");
    assertThat(refusals(Scene.rename("mv", "a", "b")))
        .containsExactly("change.yaml:12:5: public.mv is a materialized view");
  }

  @Test
  void triggersThatSayAnOldNameAreRefusedAndThoseThatAskForTheTableAreWarnedOf()
      throws SQLException {
    scene.execute(
        "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%'', TG_TABLE_NAME; RETURN NEW; END'",
        "CREATE TRIGGER audit BEFORE INSERT ON unified_db_personlink FOR EACH ROW EXECUTE FUNCTION audit()",
        "CREATE FUNCTION report() RETURNS bigint LANGUAGE sql AS 'SELECT max(fahanie_cares_member_id) FROM unified_db_personlink'");
    List<Finding> findings = Scene.ask(scene.memberColumn());
    assertThat(of(Level.REFUSED, findings)).isEmpty();
    assertThat(of(Level.WARNING, findings))
        .satisfiesExactly(
            one -> assertThat(one).contains("audit (function audit)"),
            two -> assertThat(two).endsWith("which fail after the contract: report()"));

    scene.execute(
        "CREATE OR REPLACE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.fahanie_cares_member_id := 1; RETURN NEW; END'");
    assertThat(refusals(memberColumn())).singleElement().asString().contains("say an old name");
  }

  @Test
  void whoMayNotIsToldWhatToGrant() throws SQLException {
    String user = "weak_" + scene.database().name();
    scene.execute(
        "CREATE ROLE " + user + " LOGIN",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO " + user);
    Change change = Scene.change(scene.target(user), memberColumn());

    List<Finding> findings = Scene.ask(change);

    assertThat(findings)
        .filteredOn(f -> f.level() == Level.REFUSED)
        .extracting(Finding::remedy)
        .containsExactly(
            "GRANT postgres TO " + user + ", or connect as the owner.",
            "GRANT CREATE ON SCHEMA public TO " + user);
    scene.execute("DROP OWNED BY " + user, "DROP ROLE " + user);
  }

  @Test
  void anOwnerWithoutMoreCanCarryItOut() throws SQLException {
    String user = "owner_" + scene.database().name();
    scene.execute(
        "CREATE ROLE " + user + " LOGIN",
        "GRANT CREATE ON SCHEMA public TO " + user,
        "CREATE TABLE own (a int)",
        "ALTER TABLE own OWNER TO " + user);
    Change change = Scene.change(scene.target(user), Scene.rename("own", "a", "b"));
    assertThat(of(Level.REFUSED, Scene.ask(change))).isEmpty();

    FakeContext context = new FakeContext(directory);
    Scene.step(change, "expand-own").apply(context);
    context.keep("old-names", Scene.step(change, "old-names").apply(context));
    Scene.step(change, "contract-own").apply(context);

    assertThat(
            scene.value(
                "select attname from pg_attribute where attrelid = 'own'::regclass and attnum = 1"))
        .isEqualTo("b");
    scene.execute("DROP OWNED BY " + user, "DROP ROLE " + user);
  }

  @Test
  void anotherChangesFacadeIsRefusedAndOurOwnIsUsed() {
    Scene.step(scene.memberColumn(), "expand-" + Scene.LINK).apply(new FakeContext(directory));

    assertThat(of(Level.WARNING, Scene.ask(scene.memberColumn())))
        .singleElement()
        .asString()
        .contains("a facade is there from an earlier run", "and stands whole");
    Change same = scene.memberColumn();
    Change other =
        new Change(
            "other",
            "",
            same.postgres(),
            same.gates(),
            same.rehearsal(),
            null,
            same.schema(),
            null,
            same.verify(),
            null,
            same.rollback(),
            same.contract());
    assertThat(of(Level.REFUSED, Scene.ask(other)))
        .containsExactly(
            "change.yaml:12:5: public.unified_db_personlink is in the middle of another change (segue: facade of rename-member-column run rename-1)");
  }

  @Test
  void statementsWithAStarAreWarnedOf() throws SQLException {
    scene.value("SELECT l.* FROM unified_db_personlink l WHERE id = 2");
    scene.value("SELECT 2 * count(*) FROM unified_db_personlink");

    assertThat(of(Level.WARNING, Scene.ask(scene.memberColumn())))
        .singleElement()
        .asString()
        .endsWith("(calls so far: 1): SELECT l.* FROM unified_db_personlink l WHERE id = $1");
  }

  @Test
  void aLongTransactionIsWarnedOf() throws SQLException {
    try (Connection reader = scene.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM unified_db_personlink");
      Awaitility.await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> !of(Level.WARNING, Scene.ask(scene.memberColumn())).isEmpty());
      assertThat(of(Level.WARNING, Scene.ask(scene.memberColumn())))
          .singleElement()
          .asString()
          .contains("is in use by a long transaction: pid ");
    }
  }

  @Test
  void aDatabaseThatCannotBeAskedIsARefusal() throws SQLException {
    Change change = scene.memberColumn();
    scene.close();

    assertThat(of(Level.REFUSED, Scene.ask(change)))
        .singleElement()
        .asString()
        .contains("There is no database");
    scene = Scene.open();
  }
}
