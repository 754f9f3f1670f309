package dev.segue.postgres.operation;

import java.util.List;

/// Every operation, on tables with rows.
final class OperationCases {

  private static final String TABLES =
      """
      create schema shop;
      create table shop.customer (id bigint primary key, email text, region text not null);
      create table shop.orders (
        id bigint generated always as identity primary key, customer bigint, total numeric not null
          default 0, note text not null, at timestamptz not null default now());
      comment on column shop.orders.note is 'what they said';
      insert into shop.customer select n, 'c' || n, 'r' from generate_series(1, 50) n;
      insert into shop.orders (customer, total, note) select n % 50 + 1, n, 'n' from generate_series(1, 500) n;
      create view shop.totals as select customer, sum(total) as total from shop.orders group by customer;
      """;

  private static final String PARTITIONED =
      """
      create schema shop;
      create table shop.customer (id bigint primary key);
      insert into shop.customer select n from generate_series(0, 9) n;
      create table shop.visit (id bigint not null, customer bigint, at date not null) partition by range (at);
      create table shop.visit_2024 partition of shop.visit for values from ('2024-01-01') to ('2025-01-01');
      create table shop.visit_2025 partition of shop.visit for values from ('2025-01-01') to ('2026-01-01')
        partition by hash (id);
      create table shop.visit_2025_0 partition of shop.visit_2025 for values with (modulus 2, remainder 0);
      create table shop.visit_2025_1 partition of shop.visit_2025 for values with (modulus 2, remainder 1);
      insert into shop.visit select n, n % 10, date '2024-01-01' + n from generate_series(0, 700) n;
      """;

  private static final String NEXT =
      PARTITIONED
          + """
          alter table shop.visit add primary key (id, at);
          create index visit_customer on shop.visit (customer);
          alter table shop.visit add constraint visit_customer_fk foreign key (customer) references shop.customer;
          create table shop.visit_2026 (id bigint not null, customer bigint, at date not null);
          insert into shop.visit_2026 select n, n % 10, date '2026-01-01' + n from generate_series(0, 300) n;
          """;

  private OperationCases() {}

  static List<OperationCase> all() {
    return List.of(
        OperationCase.of(
            "create-table",
            TABLES,
            "- create-table: { table: shop.gift, columns: 'id bigint primary key, customer bigint references shop.customer (id)' }",
            "to_regclass('shop.gift') is not null",
            "to_regclass('shop.gift') is not null"),
        OperationCase.of(
            "drop-table",
            TABLES + "drop view shop.totals;",
            "- drop-table: { table: shop.orders }",
            "to_regclass('shop.orders') is not null",
            "to_regclass('shop.orders') is null"),
        OperationCase.of(
            "rename-table",
            TABLES
                + "grant select (id, note) on shop.orders to pg_monitor; grant insert on shop.orders to pg_monitor;",
            "- rename-table: { table: shop.orders, to: purchase }",
            "(select count(*) from shop.purchase) = 500 and has_column_privilege('pg_monitor', 'shop.purchase', 'note', 'select') and (select count(*) from shop.orders) = 500",
            "(select relkind = 'r' from pg_class where oid = 'shop.purchase'::regclass) and to_regclass('shop.orders') is null"),
        OperationCase.of(
            "add-column, virtual",
            TABLES,
            "- add-column: { table: shop.orders, column: loud, type: text, generated: 'upper(note)' }",
            "(select count(*) from shop.orders where loud = 'N') = 500",
            "(select count(*) from shop.orders where loud = 'N') = 500"),
        OperationCase.of(
            "add-column, stored",
            TABLES,
            "- add-column: { table: shop.orders, column: loud, type: text, generated: 'upper(note) stored', not-null: true }",
            "(select attgenerated = 's' from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'loud')",
            "(select count(*) from shop.orders where loud = 'N') = 500"),
        OperationCase.of(
            "drop-column",
            TABLES,
            "- drop-column: { table: shop.orders, column: note }",
            "(select not attnotnull from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'note')",
            "not exists (select from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'note')"),
        OperationCase.of(
            "set-not-null",
            TABLES,
            "- set-not-null: { table: shop.orders, column: customer }",
            "true",
            "(select attnotnull from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'customer')"),
        OperationCase.of(
            "drop-not-null",
            TABLES,
            "- drop-not-null: { table: shop.orders, column: note, fill: \"'?'\" }",
            "(select not attnotnull from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'note')",
            "(select not attnotnull from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'note')"),
        OperationCase.of(
            "set-default",
            TABLES,
            "- set-default: { table: shop.orders, column: total, default: '7' }",
            "(select pg_get_expr(adbin, adrelid) = '7' from pg_attrdef where adrelid = 'shop.orders'::regclass and adnum = 3)",
            "(select pg_get_expr(adbin, adrelid) = '7' from pg_attrdef where adrelid = 'shop.orders'::regclass and adnum = 3)"),
        OperationCase.of(
            "drop-default",
            TABLES,
            "- drop-default: { table: shop.orders, column: total }",
            "true",
            "not exists (select from pg_attrdef where adrelid = 'shop.orders'::regclass and adnum = 3)"),
        OperationCase.of(
            "add-check",
            TABLES,
            "- add-check: { table: shop.orders, name: positive, check: 'total > 0' }",
            "(select convalidated from pg_constraint where conname = 'positive')",
            "(select convalidated from pg_constraint where conname = 'positive')"),
        OperationCase.of(
            "add-check at the contract",
            TABLES,
            "- add-check: { table: shop.orders, name: positive, check: 'total > 0', when: contract }",
            "not exists (select from pg_constraint where conname = 'positive')",
            "(select convalidated from pg_constraint where conname = 'positive')"),
        OperationCase.of(
            "add-foreign-key",
            TABLES,
            "- add-foreign-key: { table: shop.orders, name: orders_customer, columns: [customer], references: shop.customer, keys: [id], actions: 'ON DELETE CASCADE' }",
            "(select convalidated from pg_constraint where conname = 'orders_customer')",
            "(select convalidated from pg_constraint where conname = 'orders_customer')"),
        OperationCase.of(
            "add-foreign-key, partitioned",
            PARTITIONED,
            "- add-foreign-key: { table: shop.visit, name: visit_customer_fk, columns: [customer], references: shop.customer }",
            "(select bool_and(convalidated) from pg_constraint where conrelid = 'shop.visit'::regclass and contype = 'f')",
            "(select count(*) = 5 from pg_constraint where contype = 'f' and convalidated)"),
        OperationCase.of(
            "add-unique",
            TABLES,
            "- add-unique: { table: shop.customer, name: customer_email, columns: [email], include: [region], nulls-not-distinct: true, deferrable: true }",
            "(select condeferrable and convalidated from pg_constraint where conname = 'customer_email')",
            "(select indisvalid and indnullsnotdistinct from pg_index where indexrelid = 'shop.customer_email'::regclass)"),
        OperationCase.of(
            "add-unique, partitioned",
            PARTITIONED,
            "- add-unique: { table: shop.visit, name: visit_id_at, columns: [id, at] }",
            "(select indisvalid from pg_index where indexrelid = 'shop.visit_id_at'::regclass)",
            "(select count(*) = 5 from pg_constraint where contype = 'u' and connamespace = 'shop'::regnamespace)"),
        OperationCase.of(
            "add-primary-key",
            TABLES
                + "alter table shop.orders drop constraint orders_pkey; alter table shop.orders alter customer drop not null;",
            "- add-primary-key: { table: shop.orders, name: orders_key, columns: [customer, id] }",
            "(select contype = 'p' from pg_constraint where conname = 'orders_key')",
            "(select attnotnull from pg_attribute where attrelid = 'shop.orders'::regclass and attname = 'customer')"),
        OperationCase.of(
            "add-primary-key, partitioned",
            PARTITIONED,
            "- add-primary-key: { table: shop.visit, name: visit_key, columns: [id, at] }",
            "(select indisvalid and indisprimary from pg_index where indexrelid = 'shop.visit_key'::regclass)",
            "(select count(*) = 5 from pg_constraint where contype = 'p' and connamespace = 'shop'::regnamespace and conrelid <> 'shop.customer'::regclass)"),
        OperationCase.of(
            "add-exclude",
            TABLES,
            "- add-exclude: { table: shop.orders, name: one_each, exclude: 'id WITH =', using: btree }",
            "(select contype = 'x' from pg_constraint where conname = 'one_each')",
            "(select contype = 'x' from pg_constraint where conname = 'one_each')"),
        OperationCase.of(
            "drop-constraint, check",
            TABLES
                + "alter table shop.orders add constraint positive check (total > 0); comment on constraint positive on shop.orders is 'of course';",
            "- drop-constraint: { table: shop.orders, name: positive, when: expand }",
            "not exists (select from pg_constraint where conname = 'positive')",
            "not exists (select from pg_constraint where conname = 'positive')"),
        OperationCase.of(
            "drop-constraint, foreign key",
            TABLES
                + "alter table shop.orders add constraint whose foreign key (customer) references shop.customer on delete set null;",
            "- drop-constraint: { table: shop.orders, name: whose, when: expand }",
            "not exists (select from pg_constraint where conname = 'whose')",
            "not exists (select from pg_constraint where conname = 'whose')"),
        OperationCase.of(
            "drop-constraint, unique",
            TABLES
                + "alter table shop.customer add constraint customer_email unique (email) include (region) deferrable initially deferred;",
            "- drop-constraint: { table: shop.customer, name: customer_email, when: expand }",
            "to_regclass('shop.customer_email') is null",
            "to_regclass('shop.customer_email') is null"),
        OperationCase.of(
            "drop-constraint at the contract",
            TABLES,
            "- drop-constraint: { table: shop.customer, name: customer_pkey }",
            "to_regclass('shop.customer_pkey') is not null",
            "to_regclass('shop.customer_pkey') is null"),
        OperationCase.of(
            "create-index",
            TABLES,
            "- create-index: { table: shop.orders, name: orders_note, on: ['lower(note) text_pattern_ops DESC NULLS LAST', customer], include: [total], where: 'total > 3', with: 'fillfactor = 70', using: btree }",
            "(select indisvalid from pg_index where indexrelid = 'shop.orders_note'::regclass)",
            "(select indisvalid from pg_index where indexrelid = 'shop.orders_note'::regclass)"),
        OperationCase.of(
            "create-index, partitioned",
            PARTITIONED,
            "- create-index: { table: shop.visit, name: visit_customer, on: [customer] }",
            "(select indisvalid from pg_index where indexrelid = 'shop.visit_customer'::regclass)",
            "(select count(*) = 4 from pg_partition_tree('shop.visit_customer') where level > 0)"),
        OperationCase.of(
            "drop-index",
            TABLES + "create index orders_note on shop.orders (note);",
            "- drop-index: { index: shop.orders_note }",
            "to_regclass('shop.orders_note') is not null",
            "to_regclass('shop.orders_note') is null"),
        OperationCase.of(
            "drop-index, partitioned",
            PARTITIONED + "create index visit_customer on shop.visit (customer);",
            "- drop-index: { index: shop.visit_customer }",
            "to_regclass('shop.visit_customer') is not null",
            "to_regclass('shop.visit_customer') is null"),
        OperationCase.of(
            "rebuild-index",
            TABLES
                + "create index orders_note on shop.orders (note); create table shop.before as select 'shop.orders_note'::regclass::oid as oid;",
            "- rebuild-index: { index: shop.orders_note }",
            "(select indisvalid and indexrelid <> (select oid from shop.before) from pg_index where indexrelid = 'shop.orders_note'::regclass)",
            "(select count(*) = 2 from pg_index where indrelid = 'shop.orders'::regclass)"),
        OperationCase.of(
                "add-enum-value",
                "create schema shop; create type shop.mood as enum ('sad', 'glad');",
                "- add-enum-value: { type: shop.mood, value: so-so, before: glad }",
                "enum_range(null::shop.mood)::text = '{sad,so-so,glad}'",
                "enum_range(null::shop.mood)::text = '{sad,so-so,glad}'")
            .staying(),
        OperationCase.of(
            "create-function",
            TABLES
                + "create function shop.total(c bigint) returns numeric language sql as 'select 1.0';",
            "- create-function: { function: shop.total_v2(bigint), sql: \"create function shop.total_v2(c bigint) returns numeric language sql as 'select 2.0';\", replaces: shop.total(bigint) }",
            "shop.total_v2(1) = 2 and shop.total(1) = 1",
            "to_regprocedure('shop.total(bigint)') is null and shop.total_v2(1) = 2"),
        OperationCase.of(
            "create-view",
            TABLES + "grant select on shop.totals to pg_monitor;",
            "- create-view: { view: shop.totals_v2, sql: 'select customer, count(*) as orders from shop.orders group by customer', replaces: shop.totals }",
            "has_table_privilege('pg_monitor', 'shop.totals_v2', 'select') and to_regclass('shop.totals') is not null",
            "to_regclass('shop.totals') is null and (select count(*) from shop.totals_v2) = 50"),
        OperationCase.of(
            "attach-partition",
            NEXT,
            "- attach-partition: { table: shop.visit, partition: shop.visit_2026, values: \"for values from ('2026-01-01') to ('2027-01-01')\" }",
            "(select count(*) from shop.visit where at >= '2026-01-01') = 301",
            "(select count(*) from shop.visit where at >= '2026-01-01') = 301 and (select count(*) from pg_index where indrelid = 'shop.visit_2026'::regclass) = 2"),
        OperationCase.of(
            "attach-partition, hash",
            "create schema shop; create table shop.t (id int primary key) partition by hash (id); create table shop.t0 (id int primary key); create table shop.t1 partition of shop.t for values with (modulus 2, remainder 1); with r as (select n from generate_series(1, 50) n where satisfies_hash_partition('shop.t'::regclass, 2, 0, n)) insert into shop.t0 select n from r;",
            "- attach-partition: { table: shop.t, partition: shop.t0, values: 'for values with (modulus 2, remainder 0)' }",
            "exists (select from pg_inherits where inhrelid = 'shop.t0'::regclass)",
            "exists (select from pg_inherits where inhrelid = 'shop.t0'::regclass)"),
        OperationCase.of(
            "detach-partition",
            PARTITIONED,
            "- detach-partition: { table: shop.visit, partition: shop.visit_2024 }",
            "exists (select from pg_inherits where inhrelid = 'shop.visit_2024'::regclass)",
            "not exists (select from pg_inherits where inhrelid = 'shop.visit_2024'::regclass) and not exists (select from pg_constraint where conrelid = 'shop.visit_2024'::regclass and contype = 'c')"),
        OperationCase.of(
            "detach-partition beside a default",
            PARTITIONED + "create table shop.visit_rest partition of shop.visit default;",
            "- detach-partition: { table: shop.visit, partition: shop.visit_2024 }",
            "exists (select from pg_inherits where inhrelid = 'shop.visit_2024'::regclass)",
            "not exists (select from pg_inherits where inhrelid = 'shop.visit_2024'::regclass)"),
        OperationCase.of(
            "sql",
            TABLES,
            "- sql: { name: extra, up: 'create sequence shop.extra', down: 'drop sequence shop.extra', contract: 'comment on sequence shop.extra is null', stands: \"select to_regclass('shop.extra') is not null\", locks: [shop.orders] }",
            "to_regclass('shop.extra') is not null",
            "to_regclass('shop.extra') is not null"));
  }
}
