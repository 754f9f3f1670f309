package dev.segue.acceptance.matrix;

import java.util.List;

/// Operations on columns.
final class ColumnCases {

  private static final String PEOPLE =
      """
      create table people (id bigint primary key, name text not null, born date);
      insert into people select i, 'Ana' || i || ' Lim' || i, '1990-01-01' from generate_series(1, :rows) i;
      create index people_name on people (name);
      """;

  /// A name holds the number twice.
  private static final Side WHOLE_NAME =
      Side.of("people")
          .column(
              "name",
              "'Ana' || :n || ' Lim' || :n",
              """
              case when split_part(name, ' ', 2) = 'Lim' || substr(split_part(name, ' ', 1), 4)
                then substr(split_part(name, ' ', 1), 4)::bigint else -1 end\
              """);

  private static final Side TWO_NAMES =
      Side.of("people")
          .sets("first_name = 'Ana' || :n, last_name = 'Lim' || :n")
          .inserts("id, first_name, last_name", ":id, 'Ana' || :n, 'Lim' || :n")
          .reads(
              """
              case when substr(first_name, 4) = substr(last_name, 4)
                then substr(first_name, 4)::bigint else -1 end\
              """);

  private static final String BOOKINGS =
      """
      create type booking_state as enum ('open', 'paid', 'void');
      create table bookings (id bigint primary key, n bigint, state booking_state not null default 'open');
      insert into bookings select i, i, (array['open', 'paid', 'void'])[1 + i % 3]::booking_state
        from generate_series(1, :rows) i;
      create index bookings_state on bookings (state);
      """;

  private static final Side ORDERS = Side.of("orders");

  static final List<Case> ALL =
      List.of(
          Case.of(
                  "rename-column-by-facade",
                  "- rename-column: { table: orders, from: note, to: remark, by: facade }")
              .from(ORDERS.also("note", "'old ' || :n"))
              .to(ORDERS.also("remark", "'new ' || :n"))
              .promises("alter table orders rename note to remark"),
          Case.of(
                  "rename-column-by-columns",
                  "- rename-column: { table: people, from: name, to: full_name, by: columns }")
              .copying()
              .on(PEOPLE)
              .from(WHOLE_NAME)
              .to(
                  WHOLE_NAME
                      .sets(WHOLE_NAME.set().replace("name", "full_name"))
                      .inserts("id, full_name", WHOLE_NAME.values())
                      .reads(WHOLE_NAME.value().replace("name", "full_name")))
              .promises(
                  """
                  alter table people drop column name,
                    add column full_name text constraint people_name_not_null not null;
                  create index people_name on people (full_name)\
                  """),
          Case.of("add-column", "- add-column: { table: orders, column: extra, type: text }")
              .to(ORDERS.also("extra", "'x' || :n"))
              .promises("alter table orders add column extra text"),
          Case.of(
                  "add-column-default",
                  "- add-column: { table: orders, column: state, type: text, default: \"'open'\", not-null: true }")
              .to(ORDERS.also("state", "'s' || :n"))
              .promises("alter table orders add column state text not null default 'open'")
              .holding("select id from orders where state is null"),
          Case.of(
                  "add-column-volatile-default",
                  "- add-column: { table: orders, column: token, type: uuid, default: gen_random_uuid(), not-null: true }")
              .copying()
              .to(ORDERS.inserts("id, n, token", ":id, :n, gen_random_uuid()"))
              .promises(
                  "alter table orders add column token uuid not null default gen_random_uuid()")
              .holding(
                  "select id from orders where token is null",
                  "select token from orders group by token having count(*) > 1"),
          Case.of(
                  "add-column-identity",
                  "- add-column: { table: orders, column: seq, type: bigint, identity: always }")
              .copying()
              .promises(
                  "alter table orders add column seq bigint not null generated always as identity")
              .holding(
                  "select id from orders where seq is null",
                  "select seq from orders group by seq having count(*) > 1"),
          Case.of(
                  "add-column-generated",
                  "- add-column: { table: orders, column: twice, type: bigint, generated: n * 2 }")
              .promises(
                  "alter table orders add column twice bigint generated always as (n * 2) :kind")
              .holding("select id from orders where twice is distinct from n * 2"),
          Case.of(
                  "add-column-up",
                  "- add-column: { table: orders, column: cents, type: bigint, up: n * 100, not-null: true }")
              .copying()
              .to(ORDERS.also("cents", ":n * 100"))
              .promises("alter table orders add column cents bigint not null")
              .holding("select id from orders where cents is distinct from n * 100"),
          Case.of("drop-column", "- drop-column: { table: orders, column: extra }")
              .with("alter table orders add extra text")
              .from(ORDERS.also("extra", "'x' || :n"))
              .promises("alter table orders drop column extra"),
          Case.of(
                  "drop-column-down",
                  "- drop-column: { table: orders, column: code, down: \"'c' || n\" }")
              .with(
                  """
                  alter table orders add code text;
                  update orders set code = 'c' || n;
                  alter table orders alter code set not null\
                  """)
              .from(
                  ORDERS
                      .also("code", "'c' || :n")
                      .reads("case when code is not null then n else -1 end"))
              .promises("alter table orders drop column code"),
          Case.of("change-type", "- change-type: { table: orders, column: amount, type: bigint }")
              .copying()
              .on(
                  """
                  create table orders (id bigint primary key, amount integer, note text);
                  insert into orders select i, i, 'order ' || i from generate_series(1, :rows) i;
                  create index orders_amount on orders (amount)\
                  """)
              .from(ORDERS.column("amount", ":n::integer", "amount::bigint").withNulls())
              .to(ORDERS.column("amount", ":n", "amount").withNulls())
              .promises(
                  """
                  alter table orders drop column amount, add column amount bigint;
                  create index orders_amount on orders (amount)\
                  """),
          Case.of(
                  "change-type-to",
                  """
                  - change-type:
                      table: orders
                      column: price
                      to: cents
                      type: bigint
                      up: (price * 100)::bigint
                      down: cents / 100.0
                  """)
              .on(
                  """
                  create table orders (id bigint primary key, price numeric(12, 2) not null check (price > 0));
                  insert into orders select i, i from generate_series(1, :rows) i\
                  """)
              .from(ORDERS.column("price", ":n", "price::bigint"))
              .to(ORDERS.column("cents", ":n * 100", "cents / 100"))
              .promises(
                  """
                  alter table orders drop column price,
                    add column cents bigint constraint orders_price_not_null not null\
                  """),
          Case.of(
                  "split-column",
                  """
                  - split-column:
                      table: people
                      column: name
                      into:
                        - { column: first_name, type: text, up: "split_part(name, ' ', 1)" }
                        - { column: last_name, type: text, up: "split_part(name, ' ', 2)" }
                      down: first_name || ' ' || last_name
                  """)
              .copying()
              .on(PEOPLE.replace("create index people_name on people (name);", ""))
              .from(WHOLE_NAME)
              .to(TWO_NAMES)
              .promises(
                  """
                  alter table people drop column name, add column first_name text,
                    add column last_name text\
                  """),
          Case.of(
                  "merge-columns",
                  """
                  - merge-columns:
                      table: people
                      columns: [first_name, last_name]
                      into: { column: name, type: text, up: "first_name || ' ' || last_name" }
                      down: { first_name: "split_part(name, ' ', 1)", last_name: "split_part(name, ' ', 2)" }
                  """)
              .copying()
              .on(
                  """
                  create table people (id bigint primary key, first_name text not null, last_name text not null);
                  insert into people select i, 'Ana' || i, 'Lim' || i from generate_series(1, :rows) i\
                  """)
              .from(TWO_NAMES)
              .to(WHOLE_NAME)
              .promises(
                  """
                  alter table people drop column first_name, drop column last_name,
                    add column name text\
                  """),
          Case.of("set-not-null", "- set-not-null: { table: orders, column: n }")
              .promises("alter table orders alter n set not null"),
          Case.of("set-not-null-fill", "- set-not-null: { table: orders, column: n, fill: \"0\" }")
              .copying()
              .with("update orders set n = null where id % 10 = 0")
              .from(ORDERS.withNulls())
              .promises("alter table orders alter n set not null")
              .fills(0)
              .holding("select id from orders where n is null"),
          Case.of("drop-not-null", "- drop-not-null: { table: orders, column: n, fill: \"0\" }")
              .with("alter table orders alter n set not null")
              .to(ORDERS.withNulls())
              .promises("alter table orders alter n drop not null")
              .fills(0),
          Case.of(
                  "set-default",
                  "- set-default: { table: orders, column: note, default: \"'new'\" }")
              .promises("alter table orders alter note set default 'new'"),
          Case.of("drop-default", "- drop-default: { table: orders, column: note }")
              .to(ORDERS.also("note", "'given ' || :n"))
              .promises("alter table orders alter note drop default"),
          Case.of(
                  "replace-enum",
                  """
                  - replace-enum:
                      table: bookings
                      column: state
                      to: status
                      type: booking_status
                      values: [open, settled, cancelled]
                      up: { paid: settled, void: cancelled }
                      down: { settled: paid, cancelled: void }
                  """)
              .copying()
              .on(BOOKINGS)
              .from(states("state", "booking_state", "'open', 'paid', 'void'"))
              .to(states("status", "booking_status", "'open', 'settled', 'cancelled'"))
              .promises(
                  """
                  create type booking_status as enum ('open', 'settled', 'cancelled');
                  alter table bookings drop column state, add column status booking_status
                    constraint bookings_state_not_null not null default 'open';
                  create index bookings_state on bookings (status)\
                  """));

  private ColumnCases() {}

  /// The state follows from the number.
  private static Side states(String column, String type, String values) {
    return Side.of("bookings")
        .also(column, "(array[%s])[1 + :n %% 3]::%s".formatted(values, type))
        .reads(
            "case when %s::text = (array[%s])[1 + n %% 3] then n else -1 end"
                .formatted(column, values));
  }
}
