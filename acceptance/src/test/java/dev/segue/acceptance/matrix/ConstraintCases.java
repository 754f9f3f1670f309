package dev.segue.acceptance.matrix;

import java.util.List;

/// Operations on constraints and indexes.
final class ConstraintCases {

  private static final Side ORDERS = Side.of("orders");

  private static final String CUSTOMERS =
      """
      create table customers (id bigint primary key, name text);
      insert into customers select i, 'customer ' || i from generate_series(0, 99) i;
      alter table orders add customer bigint;
      update orders set customer = n % 100;
      """;

  private static final Side OF_CUSTOMERS = ORDERS.also("customer", ":n % 100");

  private static final String ROOMS =
      """
      create extension btree_gist;
      create table stays (room bigint not null, during int8range not null);
      insert into stays select i, int8range(i, i + 1) from generate_series(1, :rows) i;
      """;

  private static final Side STAYS =
      Side.of("stays")
          .keyed("room = :id", "room")
          .reads("lower(during)")
          .sets("during = int8range(:n, :n + 1)")
          .inserts("room, during", ":id, int8range(:n, :n + 1)");

  static final List<Case> ALL =
      List.of(
          Case.of(
                  "add-check",
                  "- add-check: { table: orders, name: orders_n_positive, check: n > 0 }")
              .promises("alter table orders add constraint orders_n_positive check (n > 0)"),
          Case.of(
                  "add-check-contract",
                  "- add-check: { table: orders, name: orders_note_new, check: \"note like 'new%'\", when: contract }")
              .with(
                  "update orders set note = 'new'; alter table orders alter note set default 'new'")
              .to(ORDERS.also("note", "'new ' || :n"))
              .promises(
                  "alter table orders add constraint orders_note_new check (note like 'new%')"),
          Case.of(
                  "add-foreign-key",
                  """
                  - add-foreign-key:
                      table: orders
                      name: orders_customer
                      columns: [customer]
                      references: customers
                      actions: ON DELETE CASCADE
                  """)
              .with(CUSTOMERS)
              .from(OF_CUSTOMERS)
              .to(OF_CUSTOMERS)
              .promises(
                  """
                  alter table orders add constraint orders_customer
                    foreign key (customer) references customers on delete cascade\
                  """),
          Case.of(
                  "add-foreign-key-to-itself",
                  """
                  - add-foreign-key:
                      table: orders
                      name: orders_parent
                      columns: [parent]
                      references: orders
                      keys: [id]
                      actions: ON DELETE SET NULL
                      when: contract
                  """)
              .with("alter table orders add parent bigint; create index on orders (parent)")
              .from(ORDERS.also("parent", "nullif(:id - :id, 0)"))
              .to(ORDERS.also("parent", "nullif(:id - :id, 0)"))
              .promises(
                  """
                  alter table orders add constraint orders_parent
                    foreign key (parent) references orders (id) on delete set null\
                  """),
          Case.of(
                  "add-unique",
                  "- add-unique: { table: orders, name: orders_n_key, columns: [n], include: [note] }")
              .promises("alter table orders add constraint orders_n_key unique (n) include (note)"),
          Case.of(
                  "add-unique-deferrable",
                  "- add-unique: { table: orders, name: orders_n_key, columns: [n], deferrable: true }")
              .promises("alter table orders add constraint orders_n_key unique (n) deferrable"),
          Case.of(
                  "add-unique-nulls",
                  "- add-unique: { table: orders, name: orders_n_key, columns: [n], nulls-not-distinct: true }")
              .promises(
                  "alter table orders add constraint orders_n_key unique nulls not distinct (n)")
              .since(15),
          Case.of(
                  "add-primary-key",
                  "- add-primary-key: { table: orders, name: orders_key, columns: [id] }")
              .on(
                  """
                  create table orders (id bigint, n bigint);
                  create index orders_find on orders (id);
                  insert into orders select i, i from generate_series(1, :rows) i\
                  """)
              .promises("alter table orders add constraint orders_key primary key (id)"),
          Case.of(
                  "add-exclude",
                  """
                  - add-exclude:
                      table: stays
                      name: stays_apart
                      exclude: room WITH =, during WITH &&
                  """)
              .on(ROOMS)
              .from(STAYS)
              .to(STAYS)
              .promises(
                  """
                  alter table stays add constraint stays_apart
                    exclude using gist (room with =, during with &&)\
                  """),
          Case.of(
                  "drop-constraint",
                  "- drop-constraint: { table: orders, name: orders_n_positive }")
              .with("alter table orders add constraint orders_n_positive check (n > 0)")
              .promises("alter table orders drop constraint orders_n_positive"),
          Case.of(
                  "drop-constraint-expand",
                  "- drop-constraint: { table: orders, name: orders_customer, when: expand }")
              .with(CUSTOMERS)
              .with(
                  """
                  alter table orders add constraint orders_customer
                    foreign key (customer) references customers\
                  """)
              .from(OF_CUSTOMERS)
              .to(OF_CUSTOMERS)
              .promises("alter table orders drop constraint orders_customer"),
          Case.of(
                  "create-index",
                  """
                  - create-index:
                      table: orders
                      name: orders_note
                      on: ["lower(note) text_pattern_ops DESC NULLS LAST", id]
                      include: [n]
                      where: n > 10
                      with: fillfactor = 70
                  """)
              .copying()
              .promises(
                  """
                  create index orders_note on orders (lower(note) text_pattern_ops desc nulls last, id)
                    include (n) with (fillfactor = 70) where n > 10\
                  """),
          Case.of(
                  "create-index-unique",
                  "- create-index: { table: orders, name: orders_n, on: [n], unique: true }")
              .promises("create unique index orders_n on orders (n)"),
          Case.of(
                  "create-index-partitioned",
                  "- create-index: { table: orders, name: orders_n, on: [n] }")
              .on(TangledCases.PARTITIONED)
              .from(TangledCases.PARTED)
              .to(TangledCases.PARTED)
              .promises(
                  """
                  create index orders_n on only orders (n);
                  create index orders_a_orders_n on orders_a (n);
                  create index orders_b_orders_n on orders_b (n);
                  alter index orders_n attach partition orders_a_orders_n;
                  alter index orders_n attach partition orders_b_orders_n\
                  """),
          Case.of("drop-index", "- drop-index: { index: orders_note }")
              .with("create index orders_note on orders (note)")
              .promises("drop index orders_note"),
          Case.of("rebuild-index", "- rebuild-index: { index: orders_note }")
              .with("create index orders_note on orders (note)"));

  private ConstraintCases() {}
}
