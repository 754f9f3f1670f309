package dev.segue.postgres.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.PostgresTarget;
import dev.segue.change.Secret;
import dev.segue.postgres.FakeContext;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Long statements, and conductors that come while one is at work.
final class LongStatementTest {

  private static final String SLEEP = "SELECT pg_sleep(60)";

  @TempDir private Path directory;
  private TestDatabase database;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabases.fresh();
    database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, n bigint)");
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  /// The moment is the worst: it has seen that it is the only conductor, and is about to send.
  @Test
  void aConductorThatWasOvertakenSendsNothing() throws SQLException {
    LongStatement late = statement("index", "CREATE INDEX CONCURRENTLY orders_n ON orders (n)");
    FakeContext context = new FakeContext(directory);
    context.fenceCheck = connection -> late.endLeftovers(new FakeContext(directory));

    assertThatThrownBy(() -> late.run(context)).isInstanceOf(SQLException.class);

    assertThat(database.value("SELECT to_regclass('orders_n')")).isEqualTo("null");
  }

  @Test
  void whatADeadConductorLeftIsFoundWhateverItIsCalled() {
    String longName = "a-change-of-fifty-letters-which-is-as-long-as-it-may validate-größe_überall";
    for (String purpose : new String[] {"short", "größe", longName}) {
      LongStatement left = statement(purpose, SLEEP);
      CompletableFuture<Void> dying = sent(left);
      await().atMost(Duration.ofSeconds(20)).until(() -> !database.value(RUNNING).equals("0"));

      left.endLeftovers(new FakeContext(directory));

      assertThatThrownBy(dying::join).as(purpose).isInstanceOf(CompletionException.class);
    }
  }

  private static final String RUNNING =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'
      """;

  @Test
  void anotherChangesStatementIsLetBe() {
    String tail = " create-index-orders_of_customers_by_day_and_by_total";
    CompletableFuture<Void> theirs = sent(statement("first" + tail, "SELECT pg_sleep(3)"));
    await().atMost(Duration.ofSeconds(20)).until(() -> !database.value(RUNNING).equals("0"));

    statement("other" + tail, SLEEP).endLeftovers(new FakeContext(directory));

    theirs.join();
  }

  @Test
  void noTimeOutOfTheDatabaseCutsItShort() throws SQLException {
    database.execute(
        "ALTER DATABASE " + database.name() + " SET transaction_timeout = '200ms'",
        "ALTER DATABASE " + database.name() + " SET statement_timeout = '200ms'");

    statement("patience", "SELECT pg_sleep(0.6)").run(new FakeContext(directory));
  }

  private CompletableFuture<Void> sent(LongStatement statement) {
    return CompletableFuture.runAsync(() -> {
      try {
        statement.run(new FakeContext(directory));
      } catch (SQLException e) {
        throw new CompletionException(e);
      }
    });
  }

  private LongStatement statement(String purpose, String sql) {
    DatabaseUrl url =
        new DatabaseUrl(
            "127.0.0.1",
            database.server().port(),
            database.name(),
            "postgres",
            new Secret(""),
            Map.of());
    Site site = new Site("long", new PostgresTarget(url, null, Duration.ofMillis(300), 10));
    return new LongStatement(site, purpose, sql, LongStatement.NO_PROGRESS);
  }
}
