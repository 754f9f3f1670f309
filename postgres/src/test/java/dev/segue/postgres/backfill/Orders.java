package dev.segue.postgres.backfill;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.BatchTime;
import dev.segue.change.DatabaseUrl;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.Place;
import dev.segue.change.PostgresTarget;
import dev.segue.change.RowChange;
import dev.segue.change.Secret;
import dev.segue.change.Where;
import dev.segue.postgres.online.Site;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/// Orders whose amount, a text, becomes a number of cents.
record Orders(TestDatabase database) implements AutoCloseable {

  static final FailurePolicy SKIP = new FailurePolicy(Mode.LOG_AND_SKIP, null, 1_000_000, 0);

  /// @param columns of the key, and its values over `n`
  static Orders keyed(String columns, String names, String values, String options, int rows)
      throws SQLException {
    TestDatabase database = TestDatabases.fresh();
    database.execute(
        "CREATE TABLE orders ("
            + columns
            + ", amount text, cents bigint, note int DEFAULT 0)"
            + options);
    if (options.isEmpty()) {
      fill(database, names, values, rows);
    }
    return new Orders(database);
  }

  static void fill(TestDatabase database, String names, String values, int rows)
      throws SQLException {
    database.execute(
        "INSERT INTO orders (%s, amount) SELECT %s, (n / 100.0)::numeric(12,2)::text FROM generate_series(1, %d) n"
            .formatted(names, values, rows));
  }

  static Orders numbered(int rows) throws SQLException {
    return keyed("id bigint PRIMARY KEY", "id", "n", "", rows);
  }

  Site site() {
    return site(database.server().port());
  }

  Site site(int port) {
    return site(port, "postgres");
  }

  Site site(int port, String user) {
    DatabaseUrl url =
        new DatabaseUrl("127.0.0.1", port, database.name(), user, new Secret(""), Map.of());
    return new Site("money", new PostgresTarget(url, null, Duration.ofMillis(100), 5));
  }

  static BackfillPace pace(double share) {
    return pace(share, 0);
  }

  static BackfillPace pace(double share, int maxBatch) {
    return new BackfillPace(
        share,
        BatchTime.always(Duration.ofMillis(20)),
        maxBatch,
        Limits.ofRows(Duration.ofSeconds(10), null, 4, null),
        null);
  }

  static Rows rows(Keep keep, FailurePolicy failures, int workers) {
    return new Rows(
        new Where(new Place("change.yaml", 3, 5), Map.of()),
        "cents",
        "orders",
        new RowChange.Expressions(Map.of("cents", "round(amount::numeric * 100)::bigint")),
        "amount is not null",
        "cents is null",
        workers,
        pace(1),
        failures,
        keep);
  }

  /// The same by a statement, which takes what a unit is worth from another table.
  static Rows told(Keep keep, FailurePolicy failures, int workers) {
    return told(
        "update orders o set cents = round(o.amount::numeric * u.factor)::bigint from units u"
            + " where u.name = 'cent' and ",
        "o",
        "-- to the cent",
        rows(keep, failures, workers));
  }

  static Rows told(String before, String alias, String after, Rows like) {
    return new Rows(
        like.where(),
        like.name(),
        "orders",
        new RowChange.Sql(before, alias, after, List.of("cents")),
        like.filter(),
        like.todo(),
        like.workers(),
        like.pace(),
        like.failures(),
        like.keep());
  }

  /// What a statement joins.
  Orders withUnits() throws SQLException {
    database.execute(
        "CREATE TABLE units (name text, factor int)",
        "INSERT INTO units VALUES ('cent', 100), ('mille', 1000)");
    return this;
  }

  /// Nothing may be done within an hour of a moment.
  static Rows quietAround(Rows rows, Instant moment) {
    LocalTime time = LocalTime.ofInstant(moment, ZoneOffset.UTC);
    BackfillPace.Quiet quiet =
        new BackfillPace.Quiet(time.minusHours(1), time.plusHours(1), ZoneOffset.UTC);
    return rows.withPace(rows.pace().with(0.05, quiet));
  }

  RowsStep step(Rows rows) {
    return new RowsStep(site(), rows);
  }

  RowsStep step(Keep keep) {
    return step(rows(keep, SKIP, 1));
  }

  long count(String condition) throws SQLException {
    return Long.parseLong(database.value("SELECT count(*) FROM orders WHERE " + condition));
  }

  /// What every row holds, in one text.
  String contents() throws SQLException {
    return database.value(
        "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT * FROM orders) t");
  }

  /// What the catalogue says of the table and of everything of ours.
  String catalogue() throws SQLException {
    return database.value(
        """
        SELECT string_agg(format('%s %s %s', attname, format_type(atttypid, atttypmod), attnotnull), '|'
          ORDER BY attnum) || coalesce((SELECT string_agg(c.relname, ',') FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'segue' AND c.relname LIKE 'kept%'), '')
        FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped
        """);
  }

  Connection connect() throws SQLException {
    return database.connect();
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
