package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.PostgresBackfill;
import dev.segue.change.RowChange;
import dev.segue.conductor.Facts;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How the server is asked for the number of rows that it did.
class CountedBatchTest {

  @TempDir Path directory;

  /// A role that may not make functions has its rows counted otherwise.
  @Test
  void aRoleWithoutPlpgsqlCopiesAsWell() throws SQLException {
    try (Members members = Members.numbered(1000)) {
      String role = "speechless_" + members.database().name();
      members
          .database()
          .execute(
              "CREATE ROLE " + role + " LOGIN",
              "GRANT CREATE ON DATABASE " + members.database().name() + " TO " + role,
              "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
              "ALTER TABLE members OWNER TO " + role);
      try {
        Facts facts =
            Members.step(members.site(PostgresBackfill.DEFAULT.withShare(1), role))
                .apply(new FakeContext(directory));

        assertThat(facts.number("rows")).contains(1000L);
        assertThat(members.left()).isZero();
        assertThat(members.database().value("SELECT to_regprocedure('segue.counted(text)')"))
            .isEqualTo("null");
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

  /// Whoever looks at statistics of statements sees a batch once, not once for each.
  @Test
  void statisticsOfStatementsKnowOneBatch() throws SQLException {
    try (Orders orders = Orders.numbered(1000)) {
      orders
          .step(Orders.rows(Keep.BACKUP, Orders.SKIP, 1).withPace(Orders.pace(1, 10)))
          .apply(new FakeContext(directory));

      assertThat(
              orders
                  .database()
                  .value(
                      "SELECT count(*) <= 3 AND sum(calls) > 90 FROM pg_stat_statements s"
                          + " JOIN pg_database d ON d.oid = s.dbid AND datname = current_database()"
                          + " WHERE query LIKE '%segue.counted($%'"))
          .isEqualTo("t");
    }
  }

  /// Columns that are called as a function's variables are, and text that would end it.
  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"BESIDE", "BACKUP"})
  void namesAndQuotesMeanWhatTheyMeanToTheTable(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(700)) {
      orders
          .database()
          .execute(
              "ALTER TABLE orders ADD COLUMN statement int DEFAULT 7, ADD COLUMN n int DEFAULT 8",
              "ALTER TABLE orders ADD COLUMN said text");
      Rows like = Orders.rows(keep, Orders.SKIP, 1);
      String value = "statement || '$body$' || n || 'it''s' -- ; END";
      Rows rows =
          new Rows(
              like.where(),
              like.name(),
              like.table(),
              new RowChange.Expressions(Map.of("said", value)),
              "",
              "said is null -- ; END",
              1,
              like.pace(),
              like.failures(),
              keep);

      Facts facts = orders.step(rows).apply(new FakeContext(directory));

      assertThat(facts.number("items")).contains(700L);
      assertThat(orders.count("said = '7$body$8it''s'")).isEqualTo(700);
    }
  }

  /// Its size follows from how long its rows take, not from how long the answer does.
  @Test
  void aBatchIsAsLongAsItShouldBe() throws SQLException {
    try (Orders orders = Orders.numbered(1500)) {
      orders
          .database()
          .execute(
              "CREATE FUNCTION slowly(amount text) RETURNS bigint LANGUAGE plpgsql AS"
                  + " $$BEGIN PERFORM pg_sleep(0.001); RETURN amount::numeric * 100; END$$");
      Rows like = Orders.rows(Keep.BACKUP, Orders.SKIP, 1);
      Rows rows =
          new Rows(
              like.where(),
              like.name(),
              like.table(),
              new RowChange.Expressions(Map.of("cents", "slowly(amount)")),
              "",
              "cents is null",
              1,
              like.pace(),
              like.failures(),
              Keep.BACKUP);

      Facts facts = orders.step(rows).apply(new FakeContext(directory));

      assertThat(facts.number("batches").orElseThrow()).isGreaterThan(10);
    }
  }

  /// The first pass does not meet rows that somebody holds; a later one reads many blocks at once,
  /// and must find them wherever they are.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void laterPassesFindWhatWasLeftBehind(int workers) throws Exception {
    try (Orders orders = Orders.numbered(30_000);
        Connection holder = orders.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT FROM orders WHERE id IN (1, 9999, 15000, 29999, 30000) FOR UPDATE");
      FakeContext context = new FakeContext(directory);
      context.whilePaused =
          () -> {
            if (context.said.stream().anyMatch(said -> said.contains("pass 2"))) {
              rollback(holder);
            }
          };

      Facts facts = orders.step(Orders.rows(Keep.ASIDE, Orders.SKIP, workers)).apply(context);

      assertThat(facts.number("items")).contains(30_000L);
      assertThat(facts.number("passes").orElseThrow()).isGreaterThan(2L);
      assertThat(orders.count("cents IS DISTINCT FROM id")).isZero();
      assertThat(orders.database().value("SELECT count(*) FROM segue.kept_cents"))
          .isEqualTo("30000");
    }
  }

  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
