package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.change.DatabaseUrl;
import dev.segue.change.PostgresBackfill;
import dev.segue.change.PostgresTarget;
import dev.segue.change.Secret;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.backfill.Copying.Assignment;
import dev.segue.postgres.online.Site;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Members whose `email` gets a lower-case brother, `email_new`, which a trigger keeps in step.
record Members(TestDatabase database) implements AutoCloseable {

  static final String STEP = "backfill-members";

  static final Copying COPYING =
      new Copying(
          "public.members",
          List.of(new Assignment("email_new", "lower(email)")),
          "email_new IS DISTINCT FROM lower(email)");

  static final Comparison COMPARISON =
      new Comparison("public.members", COPYING.todo(), List.of("email", "email_new"));

  private static final String TRIGGER =
      """
      CREATE FUNCTION in_step() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND NEW.email_new IS DISTINCT FROM OLD.email_new
            AND NEW.email_new IS DISTINCT FROM lower(NEW.email) THEN
          NEW.email := NEW.email_new;
        ELSIF TG_OP = 'INSERT' OR NEW.email IS DISTINCT FROM OLD.email THEN
          NEW.email_new := lower(NEW.email);
        END IF;
        RETURN NEW;
      END $$
      """;

  /// @param columns all but the e-mail address
  /// @param options behind the columns, as in CREATE TABLE
  static Members with(String columns, String options) throws SQLException {
    TestDatabase database = TestDatabases.fresh();
    database.execute(
        "CREATE TABLE members (" + columns + ", email text, note int DEFAULT 0)" + options,
        TRIGGER);
    return new Members(database);
  }

  /// Makes the new column, and what keeps it in step.
  Members expanded() throws SQLException {
    database.execute(
        "ALTER TABLE members ADD COLUMN email_new text",
        "CREATE TRIGGER zzz_segue_in_step BEFORE INSERT OR UPDATE ON members"
            + " FOR EACH ROW EXECUTE FUNCTION in_step()");
    return this;
  }

  static Members numbered(int rows) throws SQLException {
    Members members = with("id bigint PRIMARY KEY", "");
    members.database.execute(
        "INSERT INTO members (id, email) SELECT n, 'M' || n || '@Example' FROM generate_series(1, "
            + rows
            + ") n");
    return members.expanded();
  }

  Site site(PostgresBackfill settings) {
    return site(settings, "postgres");
  }

  Site site(PostgresBackfill settings, String user) {
    DatabaseUrl url =
        new DatabaseUrl(
            "127.0.0.1", database.server().port(), database.name(), user, new Secret(""), Map.of());
    return new Site(
        "emails", new PostgresTarget(url, null, Duration.ofMillis(100), 5, settings, null));
  }

  /// Without rest.
  Site site() {
    return site(PostgresBackfill.DEFAULT.withShare(1));
  }

  BackfillStep step() {
    return step(site());
  }

  static BackfillStep step(Site site) {
    return new BackfillStep(site, STEP, "Copy e-mail addresses", c -> COPYING, () -> true);
  }

  CompareStep comparison() {
    return new CompareStep(
        site(), "compare-members", "Compare e-mail addresses", c -> COMPARISON, () -> true);
  }

  /// What is left to do.
  long left() throws SQLException {
    return Long.parseLong(database.value("SELECT count(*) FROM members WHERE " + COPYING.todo()));
  }

  /// How many rows the position speaks of.
  long noted() throws SQLException {
    try (Connection connection = connect()) {
      return Checkpoint.of(connection, site(), STEP, "rename-1").map(Checkpoint::rows).orElse(0L);
    }
  }

  /// A server that can take everything.
  record Calm() implements Signals {

    @Override
    public Verdict verdict(Instant now) {
      return Verdict.GO;
    }

    @Override
    public void close() {}
  }

  /// On a connection of the caller's making.
  Facts copy(StepContext context, BackfillStep.Opener opener) {
    return step().apply(context, opener, pid -> new Calm());
  }

  Facts copy(StepContext context) {
    return copy(context, site()::open);
  }

  Connection connect() throws SQLException {
    return database.connect();
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
