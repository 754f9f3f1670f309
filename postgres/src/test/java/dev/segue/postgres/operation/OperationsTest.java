package dev.segue.postgres.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.change.SegueException;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is particular about single operations: what the new version wrote, and rows in the way.
class OperationsTest {

  private static final String TABLES =
      """
      create schema shop;
      create table shop.customer (id bigint primary key, email text not null, note text not null);
      insert into shop.customer select n, 'c' || n, 'n' from generate_series(1, 2500) n;
      """;

  @TempDir Path directory;

  private Rehearsed change(String setUp, String operations) throws SQLException {
    return new Rehearsed(directory, setUp, operations);
  }

  private static SegueException refused(Runnable way) {
    return catchThrowableOfType(SegueException.class, way::run);
  }

  @Test
  void aNewTableThatHasRowsIsPutAsideAndTold() throws SQLException {
    Rehearsed change =
        change(TABLES, "- create-table: { table: shop.gift, columns: 'id bigserial primary key' }");
    change.expand(change.context());
    change.database().execute("insert into shop.gift default values");
    FakeContext context = change.context();

    change.takeBack(context);

    assertThat(context.factsOf("back create-table-shop.gift").text("kept_as"))
        .contains("segue.\"gift_rename-1\"");
    assertThat(change.database().value("select count(*) from segue.\"gift_rename-1\""))
        .isEqualTo("1");
    assertThat(change.holds("to_regclass('shop.gift') is null")).isTrue();
  }

  @Test
  void atTheEndItIsSaidWhetherANewIndexWasUsed() throws SQLException {
    Rehearsed change =
        change(
            TABLES,
            """
            - create-index: { table: shop.customer, name: by_note, on: [note] }
            - create-index: { table: shop.customer, name: by_email, on: [email] }
            """);
    FakeContext context = change.context();
    change.expand(context);
    change
        .database()
        .execute(
            "set enable_seqscan = off; select from shop.customer where email = 'c7';"
                + " select pg_stat_force_next_flush(); reset enable_seqscan");
    change.contract(context);
    assertThat(context.factsOf("use-by_email").number("index_scans")).contains(1L);
    assertThat(context.factsOf("use-by_note").text("unused")).isPresent();
  }

  @Test
  void nullsAreFilledInBatchesOnTheWayBack() throws SQLException {
    Rehearsed change =
        change(
            TABLES,
            "- drop-not-null: { table: shop.customer, column: email, fill: \"'none of ' || id\" }");
    String before = change.definition();
    change.expand(change.context());
    change.database().execute("update shop.customer set email = null");

    change.takeBack(change.context());

    assertThat(change.definition()).isEqualTo(before);
    assertThat(
            change
                .database()
                .value("select count(*) from shop.customer where email = 'none of ' || id"))
        .isEqualTo("2500");
  }

  @Test
  void withoutAFillAPersonDecidesAboutNulls() throws SQLException {
    Rehearsed change = change(TABLES, "- drop-column: { table: shop.customer, column: note }");
    String before = change.definition();
    change.expand(change.context());
    change
        .database()
        .execute(
            "insert into shop.customer (id, email) select -n, 'x' from generate_series(1, 3) n");

    SegueException refused = refused(() -> change.takeBack(change.context()));

    assertThat(refused.code()).isEqualTo("rows-violate");
    assertThat(refused)
        .hasMessageContaining("3 rows of shop.customer have no note, and it refused NULL before");
    change.database().execute("update shop.customer set note = '' where note is null");
    change.takeBack(change.context());
    assertThat(change.definition()).isEqualTo(before);
  }

  @Test
  void aColumnThatMayBeLeftOutNeedsNoStepBeforeTheContract() throws SQLException {
    Rehearsed change =
        change(
            TABLES + "alter table shop.customer alter note set default '';",
            "- drop-column: { table: shop.customer, column: note }");

    assertThat(change.expanding().stream().filter(Step::needed)).isEmpty();
  }

  @Test
  void aUniqueConstraintThatRowsViolateLeavesNothingBehind() throws SQLException {
    Rehearsed change =
        change(TABLES, "- add-unique: { table: shop.customer, name: notes, columns: [note] }");
    String before = change.definition();

    SegueException refused = refused(() -> change.expand(change.context()));
    assertThat(refused.code()).isEqualTo("rows-violate");
    assertThat(refused).hasMessageContaining("(note)=(n)");
    assertThat(change.holds("exists (select from pg_index where not indisvalid)")).isTrue();

    change.takeBack(change.context());
    assertThat(change.definition()).isEqualTo(before);
  }

  @Test
  void aConstraintThatRowsViolateMeanwhileDoesNotComeBack() throws SQLException {
    Rehearsed change =
        change(
            TABLES + "alter table shop.customer add constraint known check (note <> '');",
            "- drop-constraint: { table: shop.customer, name: known, when: expand }");
    String before = change.definition();
    change.expand(change.context());
    change.database().execute("update shop.customer set note = '' where id = 7");

    assertThat(refused(() -> change.takeBack(change.context())).code()).isEqualTo("rows-violate");
    change.database().execute("update shop.customer set note = 'n' where id = 7");
    change.takeBack(change.context());
    assertThat(change.definition()).isEqualTo(before);
  }

  @Test
  void whatAnInterruptedBuildLeftIsBuiltAgain() throws SQLException {
    Rehearsed change =
        change(
            TABLES
                + """
                create index by_note on shop.customer (note);
                update pg_index set indisvalid = false where indexrelid = 'shop.by_note'::regclass;
                """,
            "- create-index: { table: shop.customer, name: by_note, on: [note, email] }");

    change.expand(change.context());

    assertThat(
            change
                .database()
                .value(
                    "select pg_get_indexdef(indexrelid) || indisvalid from pg_index where indexrelid = 'shop.by_note'::regclass"))
        .isEqualTo("CREATE INDEX by_note ON shop.customer USING btree (note, email)true");
  }

  @Test
  void leftoversOfAnInterruptedRebuildGo() throws SQLException {
    Rehearsed change =
        change(
            TABLES
                + """
                create index by_note on shop.customer (note);
                create index by_note_ccnew on shop.customer (note);
                create index by_note_ccold1 on shop.customer (note);
                update pg_index set indisvalid = false where indexrelid in
                  ('shop.by_note_ccnew'::regclass, 'shop.by_note_ccold1'::regclass);
                """,
            "- rebuild-index: { index: shop.by_note }");

    change.expand(change.context());

    assertThat(
            change
                .database()
                .value(
                    "select string_agg(indexrelid::regclass::text, ' ' order by indexrelid::regclass::text) from pg_index where indrelid = 'shop.customer'::regclass"))
        .isEqualTo("shop.by_note shop.customer_pkey");
  }

  @Test
  void anInterruptedDetachIsFinished() throws SQLException {
    Rehearsed change =
        change(
            """
            create schema shop;
            create table shop.visit (at date not null) partition by range (at);
            create table shop.visit_2024 partition of shop.visit for values from ('2024-01-01') to ('2025-01-01');
            """,
            "- detach-partition: { table: shop.visit, partition: shop.visit_2024 }");
    change.expand(change.context());
    change
        .database()
        .execute(
            "update pg_inherits set inhdetachpending = true where inhrelid = 'shop.visit_2024'::regclass");

    change.contract(change.context());

    assertThat(
            change.holds(
                "not exists (select from pg_inherits where inhrelid = 'shop.visit_2024'::regclass)"))
        .isTrue();
  }

  @Test
  void operationsUseWhatEarlierOnesMake() throws SQLException {
    Rehearsed change =
        change(
            TABLES,
            """
            - create-table: { table: shop.gift, columns: 'id bigint primary key, customer bigint' }
            - create-index: { table: shop.gift, name: gift_customer, on: [customer] }
            - add-foreign-key: { table: shop.gift, name: gift_to, columns: [customer], references: shop.customer }
            """);
    String before = change.definition();

    assertThat(change.refusals()).isEmpty();
    assertThat(
            change.expanding().stream()
                .map(Step::describe)
                .map(PlannedStep::statements)
                .flatMap(List::stream)
                .map(Statement::text))
        .anyMatch(
            sql -> sql.equals("CREATE INDEX CONCURRENTLY gift_customer ON shop.gift (customer)"));
    change.expand(change.context());
    change.takeBack(change.context());
    assertThat(change.definition()).isEqualTo(before);
  }

  @Test
  void aRenamedTableIsWrittenByBothNames() throws SQLException {
    Rehearsed change =
        change(
            TABLES
                + "create table shop.visit (id bigserial primary key, note text default 'none');",
            "- rename-table: { table: shop.visit, to: call }");
    change.expand(change.context());

    change
        .database()
        .execute("insert into shop.call default values", "insert into shop.visit default values");

    assertThat(
            change
                .database()
                .value("select string_agg(id || note, ' ' order by id) from shop.call"))
        .isEqualTo("1none 2none");
  }
}
