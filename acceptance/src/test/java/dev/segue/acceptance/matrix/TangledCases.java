package dev.segue.acceptance.matrix;

import java.util.List;

/// Several operations in one change, and tables with everything that may hang on a column.
final class TangledCases {

  static final String PARTITIONED =
      """
      create table orders (id bigint primary key, n bigint, note text) partition by range (id);
      create table orders_a partition of orders for values from (0) to (500);
      create table orders_b partition of orders for values from (500) to (100000000);
      insert into orders select i, i from generate_series(1, :rows) i;
      """;

  static final Side PARTED = Side.of("orders");

  private static final Side ORDERS = Side.of("orders");

  /// The old client of tables whose column `n` is renamed by columns, and the new one.
  private static final Side RENAMED = ORDERS.column("m", ":n", "m").withNulls();

  private static final String RENAME =
      "- rename-column: { table: orders, from: n, to: m, by: columns }";

  private static Case renamed(String name, String setUp) {
    return Case.of(name, RENAME)
        .on(setUp)
        .from(ORDERS.withNulls())
        .to(RENAMED)
        .promises("alter table orders drop column n, add column m bigint");
  }

  static final List<Case> ALL =
      List.of(
          renamed(
                  "composite-key",
                  """
                  create table orders (shop int, no bigint, n bigint, primary key (shop, no));
                  insert into orders select i % 7, i / 7, i from generate_series(1, :rows) i\
                  """)
              .from(
                  ORDERS
                      .keyed("shop = :id % 7 and no = :id / 7", "no * 7 + shop")
                      .inserts("shop, no, n", ":id % 7, :id / 7, :n")
                      .withNulls())
              .to(
                  RENAMED
                      .keyed("shop = :id % 7 and no = :id / 7", "no * 7 + shop")
                      .inserts("shop, no, m", ":id % 7, :id / 7, :n")),
          renamed(
                  "uuid-key",
                  """
                  create table orders (id uuid primary key, n bigint);
                  insert into orders select lpad(i::text, 32, '0')::uuid, i from generate_series(1, :rows) i\
                  """)
              .from(uuid(ORDERS, "n"))
              .to(uuid(RENAMED, "m")),
          renamed(
              "no-primary-key",
              """
              create table orders (id bigint, n bigint);
              create index orders_find on orders (id);
              insert into orders select i, i from generate_series(1, :rows) i\
              """),
          renamed("partitioned", PARTITIONED),
          renamed(
              "self-reference",
              """
              create table orders (id bigint primary key, n bigint, parent bigint references orders on delete set null);
              insert into orders select i, i, i / 2 + 1 from generate_series(1, :rows) i;
              create index orders_parent on orders (parent)\
              """),
          renamed(
              "generated-elsewhere",
              """
              create table orders (id bigint primary key, n bigint, note text default 'none',
                size int generated always as (length(note)) stored);
              insert into orders select i, i from generate_series(1, :rows) i\
              """),
          renamed(
                  "own-triggers",
                  """
                  create table orders (id bigint primary key, n bigint, touched int not null default 0);
                  insert into orders select i, i from generate_series(1, :rows) i;
                  create function touch() returns trigger language plpgsql as
                    'begin new.touched := old.touched + 1; return new; end';
                  create trigger touch before update on orders for each row execute function touch()\
                  """)
              .from(ORDERS.keyed("id = :id", "id")),
          renamed(
              "policy-elsewhere",
              """
              create table orders (id bigint primary key, n bigint, team text default 'a');
              insert into orders select i, i from generate_series(1, :rows) i;
              alter table orders enable row level security;
              create policy by_team on orders using (team = 'a')\
              """),
          renamed(
              "published",
              """
              create table orders (id bigint primary key, n bigint);
              insert into orders select i, i from generate_series(1, :rows) i;
              create publication orders_out for table orders\
              """),
          renamed(
                  "other-schema",
                  """
                  create schema "Shop";
                  create table "Shop"."Order" (id bigint primary key, n bigint);
                  insert into "Shop"."Order" select i, i from generate_series(1, :rows) i\
                  """)
              .from(ORDERS.named("\"Shop\".\"Order\"").withNulls())
              .to(RENAMED.named("\"Shop\".\"Order\""))
              .promises("alter table \"Shop\".\"Order\" drop column n, add column m bigint")
              .asking("- rename-column: { table: Shop.Order, from: n, to: m, by: columns }"),
          Case.of(
                  "several-on-one-table",
                  """
                  - change-type: { table: orders, column: n, to: m, type: numeric }
                  - set-not-null: { table: orders, column: note, fill: "'none'" }
                  - add-column: { table: orders, column: state, type: text, default: "'open'", not-null: true }
                  - add-check: { table: orders, name: orders_state, check: "state <> ''" }
                  - create-index: { table: orders, name: orders_state_key, on: [state] }
                  """)
              .copying()
              .with("alter table orders alter note drop not null")
              .from(ORDERS.withNulls())
              .to(ORDERS.column("m", ":n", "m::bigint").withNulls())
              .promises(
                  """
                  alter table orders drop column n, add column m numeric;
                  alter table orders add column state text not null default 'open';
                  alter table orders alter note set not null;
                  alter table orders add constraint orders_state check (state <> '');
                  create index orders_state_key on orders (state)\
                  """),
          Case.of(
                  "several-on-one-column",
                  """
                  - change-type: { table: orders, column: n, type: numeric, up: n, down: n::bigint }
                  - set-not-null: { table: orders, column: n, fill: "0" }
                  - set-default: { table: orders, column: n, default: "1" }
                  """)
              .copying()
              .from(ORDERS.withNulls())
              .to(ORDERS.column("n", ":n", "n::bigint"))
              .fills(0)
              .promises(
                  "alter table orders drop column n, add column n numeric not null default 1"),
          Case.of(
                  "several-tables",
                  """
                  - create-table: { table: parcels, columns: "id bigint PRIMARY KEY, order_id bigint" }
                  - add-foreign-key: { table: parcels, name: parcels_order, columns: [order_id], references: orders }
                  - drop-column: { table: orders, column: note }
                  - drop-index: { index: orders_n }
                  """)
              .with("create index orders_n on orders (n)")
              .promises(
                  """
                  create table parcels (id bigint primary key, order_id bigint);
                  alter table parcels add constraint parcels_order foreign key (order_id) references orders;
                  alter table orders drop column note;
                  drop index orders_n\
                  """));

  private TangledCases() {}

  private static Side uuid(Side side, String column) {
    return side.keyed(
            "id = lpad(:id::text, 32, '0')::uuid", "replace(id::text, '-', '')::numeric::bigint")
        .inserts("id, " + column, "lpad(:id::text, 32, '0')::uuid, :n")
        .withNulls();
  }
}
