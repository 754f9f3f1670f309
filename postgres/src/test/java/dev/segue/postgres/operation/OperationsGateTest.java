package dev.segue.postgres.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.conductor.Finding;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsGateTest {

  private static final String TABLES =
      """
      create schema shop;
      create table shop.customer (id bigint primary key, email text, note text);
      insert into shop.customer values (1, 'a', 'n'), (2, null, 'n'), (3, 'c', '');
      create table shop.orders (id bigint primary key, customer bigint references shop.customer, other bigint);
      insert into shop.orders values (1, 1, 77), (2, 2, 1);
      create view shop.emails as select email from shop.customer;
      create index by_note on shop.customer (note);
      create type shop.mood as enum ('sad', 'glad');
      create function shop.f(int) returns int language sql as 'select 1';
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "drop-table: { table: shop.custommer }|there is no table shop.custommer; did you mean shop.customer?",
        "drop-table: { table: shop.customer }|table shop.customer cannot go: constraint orders_customer_fkey on table shop.orders, view shop.emails hang on it",
        "drop-column: { table: shop.customer, column: email }|column email cannot go: view shop.emails hangs on it",
        "drop-column: { table: shop.customer, column: mail }|shop.customer has no column mail; did you mean email?",
        "drop-constraint: { table: shop.customer, name: customer_pkey }|constraint customer_pkey cannot go: constraint orders_customer_fkey on table shop.orders hangs on it",
        "drop-constraint: { table: shop.customer, name: customer_pk }|shop.customer has no constraint customer_pk; did you mean customer_pkey?",
        "drop-index: { index: shop.by_notes }|there is no index shop.by_notes; did you mean shop.by_note?",
        "drop-index: { index: shop.customer_pkey }|shop.customer_pkey is the index of constraint customer_pkey on shop.customer",
        "create-index: { table: shop.customer, name: by_note, on: [note] }|shop.by_note is there already",
        "create-table: { table: shop.customer, columns: 'id int' }|shop.customer is there already",
        "set-not-null: { table: shop.customer, column: email }|1 rows of shop.customer have no email",
        "add-check: { table: shop.customer, name: full, check: \"note <> ''\" }|1 rows of shop.customer are not as check full wants them",
        "add-unique: { table: shop.customer, name: notes, columns: [note] }|1 values of (note) in shop.customer are there more than once",
        "add-foreign-key: { table: shop.orders, name: o, columns: [other], references: shop.customer, keys: [id] }|1 rows of shop.orders point to none of shop.customer",
        "add-enum-value: { type: shop.mood, value: so-so, after: gladd }|shop.mood has no value gladd; did you mean glad?",
        "rename-table: { table: shop.customer, to: orders }|shop.orders is there already",
        "drop-not-null: { table: shop.customer, column: id }|id is in the primary key or replica identity of shop.customer",
        "create-function: { function: shop.f(int), sql: 'create function …' }|function shop.f(int) is there already",
        "create-view: { view: shop.emails, sql: 'select 1 as one' }|shop.emails is there already",
        "detach-partition: { table: shop.orders, partition: shop.customer }|shop.customer is no partition of shop.orders",
        "rebuild-index: { index: by_note }|there is no index by_note; did you mean shop.by_note?",
      })
  void whatCannotBeIsRefusedWithItsPlace(String operation, String refusal) throws SQLException {
    Rehearsed change = new Rehearsed(directory, TABLES, "- " + operation);

    assertThat(change.refusals()).anyMatch(message -> message.endsWith(refusal));
    assertThat(change.refusals())
        .allMatch(message -> message.matches("(?s).*change.yaml:\\d+:\\d+: .*"));
  }

  @Test
  void whatGoesAlongIsTold() throws SQLException {
    Rehearsed change =
        new Rehearsed(directory, TABLES, "- drop-column: { table: shop.customer, column: note }");

    assertThat(change.ask())
        .filteredOn(f -> f.level() == Finding.Level.WARNING)
        .extracting(Finding::message)
        .anyMatch(message -> message.endsWith("note goes, and with it index shop.by_note"));
  }

  @Test
  void aTableTooLargeForAStoredColumnIsRefusedWithTheTimeItWouldTake() throws SQLException {
    Rehearsed change =
        new Rehearsed(
            directory,
            TABLES
                + "create table shop.large (t text); alter table shop.large alter t set storage external; insert into shop.large select repeat('x', 1000000) from generate_series(1, 100);",
            "- add-column: { table: shop.large, column: n, type: int, generated: 'length(t) stored' }");

    assertThat(change.ask())
        .filteredOn(Finding::refuses)
        .as(change.ask().toString())
        .singleElement()
        .asString()
        .contains("blocks all who read or write shop.large for about 2s");
  }
}
