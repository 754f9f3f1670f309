package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.change.BatchTime;
import dev.segue.change.PostgresBackfill;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackfillStepTest {

  @TempDir Path directory;

  private FakeContext context() {
    return new FakeContext(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          id bigint PRIMARY KEY                  | n                                           | along id
          a int, b text, PRIMARY KEY (b, a)      | n % 7, concat('x''\\', n)                   | along b, a
          id uuid PRIMARY KEY                    | gen_random_uuid()                           | along id
          id text COLLATE "en-x-icu" PRIMARY KEY | concat(chr(65 + n % 58), n)                 | along id
          "Id" timestamptz UNIQUE NOT NULL       | 'epoch'::timestamptz + n * interval '1.5 h' | along "Id"
          id char(8) PRIMARY KEY                 | n::text                                     | along id
          id numeric UNIQUE                      | n                                           | by blocks
          id int                                 | n % 3                                       | by blocks
          """)
  void walksAlongAnyKey(String columns, String values, String way) throws SQLException {
    try (Members members = Members.with(columns, "")) {
      String names =
          columns.startsWith("a int") ? "a, b" : columns.startsWith("\"") ? "\"Id\"" : "id";
      members
          .database()
          .execute(
              "INSERT INTO members (%s, email) SELECT %s, 'M' || n FROM generate_series(1, 3000) n"
                  .formatted(names, values));
      members.expanded();
      try (Connection connection = members.connect()) {
        assertThat(Part.of(connection, "public.members").getFirst().way().name()).isEqualTo(way);
      }

      Facts facts = members.step().apply(context());

      assertThat(members.left()).isZero();
      assertThat(facts.number("rows")).contains(3000L);
      assertThat(facts.number("batches").orElseThrow()).isBetween(3L, 40L);
      assertThat(facts.number("passes")).contains(2L);
      assertThat(facts.text("user_triggers")).contains("kept from firing");
      assertThat(members.comparison().apply(context()).number("rows_compared")).contains(3000L);
    }
  }

  @Test
  void walksThroughPartitionsAndTheirs() throws SQLException {
    try (Members members =
        Members.with("id int, at date, PRIMARY KEY (id, at)", " PARTITION BY RANGE (at)")) {
      members
          .database()
          .execute(
              "CREATE TABLE members_1 PARTITION OF members FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
              "CREATE TABLE members_2 PARTITION OF members FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY HASH (id)",
              "CREATE TABLE members_2a PARTITION OF members_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
              "CREATE TABLE members_2b PARTITION OF members_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
              "INSERT INTO members (id, at, email) SELECT n, date '2026-01-01' + n % 59, 'M' || n FROM generate_series(1, 5000) n");
      members.expanded();

      Facts facts = members.step().apply(context());

      assertThat(members.left()).isZero();
      assertThat(facts.number("rows")).contains(5000L);
      assertThat(members.comparison().apply(context()).number("rows_compared")).contains(5000L);
    }
  }

  @Test
  void aTableWithoutRowsIsDoneAtOnce() throws SQLException {
    try (Members members = Members.numbered(0)) {
      Facts facts = members.step().apply(context());

      assertThat(facts.number("rows")).contains(0L);
      assertThat(facts.number("passes")).contains(1L);
      assertThat(members.step().observe(context())).isInstanceOf(Observation.Present.class);
    }
  }

  @Test
  void noTriggerFiresUnlessTheRoleMayNotKeepThemFromIt() throws SQLException {
    try (Members members = Members.numbered(100)) {
      String role = "plain_" + members.database().name();
      members
          .database()
          .execute(
              "CREATE TABLE heard (id bigint)",
              "CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
                  + " $$BEGIN INSERT INTO heard VALUES (NEW.id); RETURN NULL; END$$",
              "CREATE TRIGGER hear AFTER UPDATE ON members FOR EACH ROW EXECUTE FUNCTION hear()",
              "CREATE ROLE " + role + " LOGIN",
              "GRANT CREATE ON DATABASE " + members.database().name() + " TO " + role,
              "ALTER TABLE members OWNER TO " + role);
      try {
        assertThat(members.step().describe().statements().getFirst().note())
            .contains("no trigger fires");
        members.step().apply(context());
        assertThat(members.database().value("SELECT count(*) FROM heard")).isEqualTo("0");

        members.database().execute("DROP SCHEMA segue CASCADE");
        members.database().execute("ALTER TABLE members DISABLE TRIGGER zzz_segue_in_step");
        members.database().execute("UPDATE members SET email_new = NULL WHERE id <= 10");
        members.database().execute("ALTER TABLE members ENABLE TRIGGER zzz_segue_in_step");
        members.database().execute("TRUNCATE heard");
        BackfillStep plain =
            Members.step(members.site(PostgresBackfill.DEFAULT.withShare(1), role));
        assertThat(plain.describe().statements().getFirst().note())
            .contains("triggers fire, for the role may not set session_replication_role: hear,")
            .contains("replica lag cannot be watched without the role pg_monitor");
        Facts facts = plain.apply(context());
        assertThat(members.database().value("SELECT count(*) FROM heard")).isEqualTo("10");
        assertThat(facts.text("user_triggers")).contains("fired");
        assertThat(members.left()).isZero();
      } finally {
        members
            .database()
            .execute(
                "REASSIGN OWNED BY " + role + " TO postgres",
                "DROP OWNED BY " + role,
                "DROP ROLE " + role);
      }
    }
  }

  @Test
  void thePlanShowsWhatIsSentAndWhatItCosts() throws SQLException {
    try (Members members = Members.numbered(10_000)) {
      members.database().execute("ANALYZE members");
      PlannedStep planned = members.step().describe();

      Statement update = planned.statements().getFirst();
      assertThat(update.text())
          .isEqualTo(
              "UPDATE ONLY public.members SET email_new = lower(email) WHERE id > $1 AND id <= $2"
                  + " AND (email_new IS DISTINCT FROM lower(email))");
      assertThat(update.note())
          .contains("about 10,000 rows, by the statistics")
          .contains("1s at 50,000 rows/s")
          .contains(" kB in the table and ");
      assertThat(planned.statements().getLast().text())
          .isEqualTo("ANALYZE public.members (email_new)");
    }
  }

  @Test
  void nothingIsMissedWhileRowsAndKeysChange() throws Exception {
    try (Members members = Members.numbered(20_000)) {
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Integer> writing =
          CompletableFuture.supplyAsync(() -> write(members, over));
      FakeContext context = context();
      Facts facts =
          Members.step(
                  members.site(
                      new PostgresBackfill(
                          0.3, BatchTime.always(Duration.ofMillis(10)), Duration.ofSeconds(10), 4)))
              .apply(context);
      over.set(true);

      assertThat(writing.get()).isGreaterThan(10);
      assertThat(members.left()).isZero();
      assertThat(facts.number("rows").orElseThrow()).isGreaterThan(15_000);
      members.comparison().apply(context);
    }
  }

  private static int write(Members members, AtomicBoolean over) {
    int n = 0;
    try (Connection connection = members.connect();
        var statement = connection.createStatement()) {
      while (!over.get()) {
        n++;
        int id = n * 37 % 20_000 + 1;
        statement.execute("UPDATE members SET id = -id WHERE id = " + (20_001 - id));
        statement.execute("UPDATE members SET note = note + 1 WHERE id = " + id);
        statement.execute("UPDATE members SET email = 'New' || id WHERE id = " + (id + 1));
        statement.execute("UPDATE members SET email_new = 'own' || id WHERE id = " + (id + 2));
        statement.execute("INSERT INTO members (id, email) VALUES (" + (100_000 + n) + ", 'Late')");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return n;
  }

  @Test
  void aLockedRowHoldsNobodyUpAndIsDoneLater() throws Exception {
    try (Members members = Members.numbered(2000);
        Connection other = members.connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("UPDATE members SET note = 1 WHERE id = 700");
      FakeContext context = context();
      AtomicInteger seenBeside = new AtomicInteger();
      context.whilePaused =
          () -> {
            try {
              if (members.left() == 1) {
                seenBeside.incrementAndGet();
                if (context.said.stream().anyMatch(s -> s.contains("waiting for locked rows"))) {
                  other.commit();
                }
              }
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          };

      Facts facts = members.step().apply(context);

      assertThat(seenBeside.get()).isPositive();
      assertThat(facts.number("rows")).contains(2000L);
      assertThat(members.left()).isZero();
    }
  }

  @Test
  void aRowThatStaysLockedIsNamedWithItsHolder() throws Exception {
    try (Members members = Members.numbered(100);
        Connection other = members.connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("UPDATE members SET note = 1 WHERE id = 7");

      assertThatThrownBy(() -> members.step().apply(context()))
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> {
                assertThat(e.code()).isEqualTo("lock-not-available");
                assertThat(e).hasMessageContaining("UPDATE members SET note = 1 WHERE id = 7");
              });
      assertThat(members.left()).isEqualTo(1);
    }
  }

  @Test
  void aRowThatCannotBeCopiedIsNamed() throws SQLException {
    try (Members members = Members.numbered(5000)) {
      members.database().execute("UPDATE members SET email = 'Nobody' WHERE id = 3210");
      BackfillStep strict =
          new BackfillStep(
              members.site(),
              Members.STEP,
              "",
              c ->
                  new Copying(
                      "public.members",
                      java.util.List.of(
                          new Copying.Assignment(
                              "note", "substr(split_part(email, '@', 1), 2)::int")),
                      "note = 0"),
              () -> true);

      assertThatThrownBy(() -> strict.apply(context()))
          .hasMessageContaining("along id [3210]")
          .hasMessageContaining("invalid input syntax for type integer: \"obody\"")
          .hasMessageContaining("3,209 rows were");
    }
  }

  @Test
  void standsStillAndSaysWhyWhileALimitIsPassed() throws SQLException {
    try (Members members = Members.numbered(3000)) {
      AtomicInteger asked = new AtomicInteger();
      FakeContext context = context();
      Facts facts =
          members
              .step()
              .apply(
                  context,
                  members.site()::open,
                  pid ->
                      new Signals() {
                        @Override
                        public Verdict verdict(Instant now) {
                          int n = asked.incrementAndGet();
                          return n >= 2 && n <= 4
                              ? new Verdict.Stop("replica lag is 12 s, more than 10")
                              : Verdict.GO;
                        }

                        @Override
                        public void close() {}
                      });

      assertThat(facts.number("throttled_ms").orElseThrow()).isBetween(290L, 3000L);
      assertThat(context.said).anyMatch(s -> s.contains("stands still: replica lag is 12 s"));
      assertThat(members.left()).isZero();
    }
  }

  @Test
  void anOlderConductorWritesNothing() throws SQLException {
    try (Members members = Members.numbered(3000)) {
      FakeContext stale = context();
      AtomicInteger checks = new AtomicInteger();
      stale.fenceCheck =
          connection -> {
            if (checks.incrementAndGet() > 2) {
              throw new FencedException("another conductor has taken over");
            }
          };

      assertThatThrownBy(() -> members.step().apply(stale)).isInstanceOf(FencedException.class);
      assertThat(members.left()).isEqualTo(3000 - members.noted()).isBetween(1L, 2500L);
      assertThat(members.step().observe(context())).isInstanceOf(Observation.Partial.class);
      assertThatThrownBy(() -> members.step().takeBack(stale)).isInstanceOf(FencedException.class);

      assertThat(members.step().apply(context()).number("rows")).contains(3000L);
    }
  }

  @Test
  void takenBackItForgetsHowFarItCame() throws SQLException {
    try (Members members = Members.numbered(600)) {
      BackfillStep step = members.step();
      assertThat(step.observe(context())).isEqualTo(Observation.ABSENT);
      step.takeBack(context());
      step.apply(context());
      assertThat(step.observe(context()))
          .isEqualTo(new Observation.Present(Facts.of("rows", 600L)));

      step.takeBack(context());

      assertThat(step.observe(context())).isEqualTo(Observation.ABSENT);
    }
  }
}
