package dev.segue.benchmarks;

import dev.segue.change.Backfill;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.DatabaseUrl;
import dev.segue.change.FailurePolicy;
import dev.segue.change.Place;
import dev.segue.change.PostgresBackfill;
import dev.segue.change.PostgresTarget;
import dev.segue.change.RowChange;
import dev.segue.change.Where;
import dev.segue.postgres.backfill.BackfillStep;
import dev.segue.postgres.backfill.Copying;
import dev.segue.postgres.backfill.RowsStep;
import dev.segue.postgres.online.Site;
import dev.segue.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Accounts, some 130 bytes each with an index besides the key, whose `email` gets a lower-case
/// brother.
record Accounts(EmbeddedServer server, int rows) implements Foreground.Users {

  static final String DATABASE = "benchmark";
  static final String UPDATE = "UPDATE accounts SET email_new = lower(email)";

  private static final String TODO = "email_new IS DISTINCT FROM lower(email)";

  /// The trigger of columns in step: it tells the direction by what changed.
  private static final String IN_STEP =
      """
      CREATE OR REPLACE FUNCTION in_step() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF NEW.email_new IS DISTINCT FROM OLD.email_new THEN
            IF NEW.email_new IS DISTINCT FROM lower(NEW.email) THEN
              NEW.email := NEW.email_new;
            END IF;
          ELSIF NEW.email IS DISTINCT FROM OLD.email THEN
            NEW.email_new := lower(NEW.email);
          END IF;
        ELSIF NEW.email_new IS NULL THEN
          NEW.email_new := lower(NEW.email);
        END IF;
        RETURN NEW;
      END $$
      """;

  void prepare() throws SQLException {
    server.createDatabase(DATABASE);
    execute(
        "CREATE TABLE template (id bigint PRIMARY KEY, email text NOT NULL, name text NOT NULL,"
            + " note text NOT NULL, visits bigint NOT NULL, at timestamptz NOT NULL)",
        "INSERT INTO template SELECT n, 'Person.' || n || '@Example.Org', md5(n::text),"
            + " md5((-n)::text), 0, now() - n * interval '1 minute' FROM generate_series(1, "
            + rows
            + ") n",
        "CREATE INDEX template_at ON template (at)",
        IN_STEP);
  }

  /// A table that nobody has touched, with the new column.
  void anew(boolean trigger) throws SQLException {
    execute(
        "DROP TABLE IF EXISTS accounts",
        "DROP SCHEMA IF EXISTS segue CASCADE",
        "CREATE TABLE accounts (LIKE template INCLUDING ALL)",
        "INSERT INTO accounts SELECT * FROM template",
        "ALTER TABLE accounts ADD COLUMN email_new text");
    if (trigger) {
      execute(
          "CREATE TRIGGER zzz_segue_in_step BEFORE INSERT OR UPDATE ON accounts"
              + " FOR EACH ROW EXECUTE FUNCTION in_step()");
    }
    execute("VACUUM (FREEZE, ANALYZE) accounts", "CHECKPOINT");
  }

  private Site site(PostgresBackfill pace) {
    return new Site(
        "benchmark",
        new PostgresTarget(
            new DatabaseUrl("127.0.0.1", server.port(), DATABASE, "postgres", null, Map.of()),
            null,
            Duration.ofMillis(300),
            30,
            pace));
  }

  /// As a change file declares it, at full pace, nobody writing.
  RowsStep declared(Keep keep, int workers) {
    PostgresBackfill usual = PostgresBackfill.DEFAULT;
    BackfillPace pace =
        new BackfillPace(
            1,
            usual.batchTime(),
            0,
            Limits.ofRows(usual.maxLag(), null, usual.maxWaiting(), null),
            null);
    return new RowsStep(
        site(usual.withShare(1)),
        new Backfill.Rows(
            new Where(new Place("benchmark", 1, 1), Map.of()),
            "emails",
            "accounts",
            new RowChange.Expressions(Map.of("email_new", "lower(email)")),
            "",
            "email_new IS NULL",
            workers,
            pace,
            FailurePolicy.FAIL,
            keep));
  }

  BackfillStep backfill(PostgresBackfill pace) {
    Copying copying =
        new Copying(
            "public.accounts", List.of(new Copying.Assignment("email_new", "lower(email)")), TODO);
    return new BackfillStep(site(pace), "backfill-accounts", "Copy", c -> copying, () -> true);
  }

  /// What many tools and posts do: so many keys, one transaction each, no rest.
  void keysetLoop(int batch) throws SQLException {
    try (Connection connection = connect();
        var statement =
            connection.prepareStatement(
                "WITH batch AS (SELECT id FROM accounts WHERE id > ? ORDER BY id LIMIT ?),"
                    + " done AS (UPDATE accounts a SET email_new = lower(email) FROM batch"
                    + " WHERE a.id = batch.id) SELECT max(id) FROM batch")) {
      long last = 0;
      boolean more = true;
      while (more) {
        statement.setLong(1, last);
        statement.setInt(2, batch);
        try (var row = statement.executeQuery()) {
          row.next();
          last = row.getLong(1);
          more = !row.wasNull();
        }
      }
    }
  }

  Cpu cpu() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return Cpu.of(row.getLong(1));
    }
  }

  long left() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM accounts WHERE " + TODO)) {
      row.next();
      return row.getLong(1);
    }
  }

  Connection connect() throws SQLException {
    return server.connect(DATABASE);
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /// Half of the users read an account by key, half of them UPDATE one.
  @Override
  public Foreground.Session open() throws SQLException {
    Connection connection = connect();
    PreparedStatement read =
        connection.prepareStatement("SELECT name, note FROM accounts WHERE id = ?");
    PreparedStatement write =
        connection.prepareStatement("UPDATE accounts SET visits = visits + 1 WHERE id = ?");
    return new Foreground.Session() {
      @Override
      public void request(long n) throws SQLException {
        PreparedStatement statement = n % 2 == 0 ? read : write;
        statement.setLong(1, Foreground.spread(n, rows) + 1);
        statement.execute();
      }

      @Override
      public void close() throws SQLException {
        connection.close();
      }
    };
  }
}
