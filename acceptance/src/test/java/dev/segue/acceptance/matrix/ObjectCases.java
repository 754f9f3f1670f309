package dev.segue.acceptance.matrix;

import java.util.List;

/// Operations on tables, types, functions, views, partitions, and statements of the team's own.
final class ObjectCases {

  private static final Side ORDERS = Side.of("orders");

  private static final Side STAMPED =
      Side.of("orders")
          .also("stamp", "stamp_v1(:n)")
          .reads("case when stamp = n + 1 then n else -1 end");

  static final List<Case> ALL =
      List.of(
          Case.of(
                  "create-table",
                  """
                  - create-table:
                      table: parcels
                      columns: |
                        id bigint PRIMARY KEY,
                        order_id bigint REFERENCES orders,
                        sent timestamptz DEFAULT now()
                  """)
              .promises(
                  """
                  create table parcels (id bigint primary key, order_id bigint references orders,
                    sent timestamptz default now())\
                  """),
          Case.of("drop-table", "- drop-table: { table: parcels }")
              .with(
                  "create table parcels (id bigserial primary key, note text); insert into parcels (note) select 'x'")
              .promises("drop table parcels"),
          Case.of("rename-table", "- rename-table: { table: orders, to: purchases }")
              .to(Side.of("purchases"))
              .promises("alter table orders rename to purchases"),
          Case.of(
                  "add-enum-value",
                  "- add-enum-value: { type: booking_state, value: held, before: paid }")
              .on(
                  """
                  create type booking_state as enum ('open', 'paid');
                  create table orders (id bigint primary key, n bigint, state booking_state);
                  insert into orders select i, i, 'open' from generate_series(1, :rows) i\
                  """)
              .from(ORDERS.also("state", "'paid'"))
              .to(ORDERS.also("state", "'held'"))
              .promises("alter type booking_state add value 'held' before 'paid'")
              .leavesIt(),
          Case.of(
                  "create-function",
                  """
                  - create-function:
                      function: stamp_v2(bigint)
                      sql: |
                        CREATE FUNCTION stamp_v2(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
                        AS 'SELECT n + 1'
                      replaces: stamp_v1(bigint)
                  """)
              .with(
                  """
                  create function stamp_v1(n bigint) returns bigint language sql immutable as 'select n + 1';
                  alter table orders add stamp bigint;
                  update orders set stamp = stamp_v1(n)\
                  """)
              .from(STAMPED)
              .to(
                  STAMPED
                      .sets(STAMPED.set().replace("v1", "v2"))
                      .inserts(STAMPED.columns(), STAMPED.values().replace("v1", "v2")))
              .promises(
                  """
                  create function stamp_v2(n bigint) returns bigint language sql immutable as 'SELECT n + 1';
                  drop function stamp_v1(bigint)\
                  """),
          Case.of(
                  "create-view",
                  """
                  - create-view:
                      view: order_list_v2
                      sql: SELECT id, n, n * 2 AS twice FROM orders
                      replaces: order_list
                  """)
              .with("create view order_list as select id, n from orders")
              .from(Side.of("order_list"))
              .to(
                  Side.of("order_list_v2")
                      .reads("case when twice is not distinct from n * 2 then n else -1 end"))
              .promises(
                  """
                  create view order_list_v2 as select id, n, n * 2 as twice from orders;
                  drop view order_list\
                  """),
          Case.of(
                  "attach-partition",
                  """
                  - attach-partition:
                      table: orders
                      partition: orders_old
                      values: FOR VALUES FROM (-1000) TO (0)
                  """)
              .on(TangledCases.PARTITIONED)
              .with(
                  """
                  create table orders_old (like orders including all);
                  insert into orders_old select -i, -i from generate_series(1, 900) i\
                  """)
              .from(TangledCases.PARTED)
              .to(TangledCases.PARTED.reads("n"))
              .promises(
                  "alter table orders attach partition orders_old for values from (-1000) to (0)"),
          Case.of(
                  "detach-partition",
                  "- detach-partition: { table: orders, partition: orders_old }")
              .on(TangledCases.PARTITIONED)
              .with(
                  """
                  create table orders_old partition of orders for values from (-1000) to (0)\
                  """)
              .from(TangledCases.PARTED)
              .to(TangledCases.PARTED)
              .promises("alter table orders detach partition orders_old"),
          Case.of(
                  "sql",
                  """
                  - sql:
                      name: orders-stats
                      up: CREATE STATISTICS orders_stats (ndistinct) ON n, note FROM orders
                      down: DROP STATISTICS IF EXISTS orders_stats
                      contract: COMMENT ON TABLE orders IS 'counted'
                      stands: SELECT count(*) = 1 FROM pg_statistic_ext WHERE stxname = 'orders_stats'
                      locks: [orders]
                  """)
              .promises(
                  """
                  create statistics orders_stats (ndistinct) on n, note from orders;
                  comment on table orders is 'counted'\
                  """));

  private ObjectCases() {}
}
