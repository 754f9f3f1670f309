package dev.segue.postgres.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.locking.LockedTransaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other people's transactions, and what killed conductors leave running.
class InTheWayTest {

  private static final String TABLES =
      """
      create schema shop;
      create table shop.customer (id bigint primary key, email text);
      insert into shop.customer select n, 'c' || n from generate_series(1, 100) n;
      """;

  private static final String SET =
      "- set-default: { table: shop.customer, column: email, default: \"''\" }";

  private static final String INDEX =
      "- create-index: { table: shop.customer, name: by_email, on: [email] }";

  @TempDir Path directory;

  private static Connection reading(Rehearsed change, String application) throws SQLException {
    Connection connection = change.database().connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("set application_name = '" + application + "'");
      connection.setAutoCommit(false);
      statement.execute("select count(*) from shop.customer");
    }
    return connection;
  }

  private static void awaitIdle(Rehearsed change, String application, String longer) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            change.holds(
                "exists (select from pg_stat_activity where application_name = '%s' and state = 'idle in transaction' and state_change < clock_timestamp() - interval '%s')"
                    .formatted(application, longer)));
  }

  @Test
  void anIdleTransactionIsEndedOnlyWhereTheChangeAllowsIt() throws SQLException {
    Rehearsed change = new Rehearsed(directory, TABLES, SET);
    try (Connection idle = reading(change, "forgotten")) {
      awaitIdle(change, "forgotten", "1s");

      SegueException refused =
          catchThrowableOfType(SegueException.class, () -> change.expand(change.context()));

      assertThat(refused.code()).isEqualTo("lock-not-available");
      assertThat(refused).hasMessageContaining("application 'forgotten', idle in transaction");
      assertThat(idle.isValid(5)).isTrue();
    }
  }

  @Test
  void whereItIsAllowedTheIdleOneIsEndedAndTold() throws SQLException {
    Rehearsed change = new Rehearsed(directory, TABLES, SET, "1s");
    try (Connection idle = reading(change, "forgotten")) {
      awaitIdle(change, "forgotten", "1s");
      FakeContext context = change.context();

      change.expand(context);

      assertThat(idle.isValid(5)).isFalse();
      assertThat(
              context
                  .factsOf("set-default-shop.customer-email")
                  .values()
                  .get(LockedTransaction.ENDED))
          .asInstanceOf(InstanceOfAssertFactories.LIST)
          .singleElement()
          .asString()
          .contains("forgotten");
    }
  }

  @Test
  void oneThatIsNotIdleForLongEnoughIsNotEnded() throws SQLException {
    Rehearsed change = new Rehearsed(directory, TABLES, SET, "1h");
    try (Connection fresh = reading(change, "just begun")) {
      SegueException refused =
          catchThrowableOfType(SegueException.class, () -> change.expand(change.context()));

      assertThat(refused.code()).isEqualTo("lock-not-available");
      assertThat(fresh.isValid(5)).isTrue();
    }
  }

  @Test
  void aBuildNamesTheTransactionItWaitsForAndGoesOnWhenThatIsOver() throws Exception {
    Rehearsed change = new Rehearsed(directory, TABLES, INDEX);
    try (Connection writer = change.database().connect();
        Statement statement = writer.createStatement()) {
      statement.execute("set application_name = 'nightly'");
      writer.setAutoCommit(false);
      statement.execute("update shop.customer set email = 'x' where id = 1");
      FakeContext context = change.context();
      context.whilePaused =
          () -> {
            if (context.said.stream().anyMatch(words -> words.contains("nightly"))) {
              commit(writer);
            }
          };

      change.expand(context);

      assertThat(context.said)
          .anyMatch(
              words -> words.contains("waits for pid") && words.contains("application 'nightly'"));
    }
  }

  private static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBuildThatIsTurnedRoundIsCancelledAndGoesBackWithoutATrace() throws SQLException {
    Rehearsed change = new Rehearsed(directory, TABLES, INDEX);
    String before = change.definition();
    try (Connection writer = change.database().connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("update shop.customer set email = 'x' where id = 1");
      FakeContext context = change.context();
      context.whilePaused =
          () -> {
            throw new IllegalStateException("turned round");
          };

      assertThat(catchThrowableOfType(IllegalStateException.class, () -> change.expand(context)))
          .hasMessage("turned round");
      assertThat(change.holds("exists (select from pg_stat_progress_create_index)")).isFalse();
      writer.rollback();
    }
    change.takeBack(change.context());
    assertThat(change.definition()).isEqualTo(before);
  }

  @Test
  void whatAKilledConductorsBackendStillBuildsIsEndedFirst() throws Exception {
    Rehearsed change = new Rehearsed(directory, TABLES, INDEX);
    Step step = change.expanding().getFirst();
    try (Connection writer = change.database().connect();
        Statement statement = writer.createStatement();
        Connection orphan = change.database().connect()) {
      writer.setAutoCommit(false);
      statement.execute("update shop.customer set email = 'x' where id = 1");
      Thread building = Thread.ofVirtual().start(() -> build(orphan, "segue: c " + step.id()));
      Awaitility.await()
          .until(() -> change.holds("exists (select from pg_stat_progress_create_index)"));
      FakeContext context = change.context();
      context.whilePaused = () -> commit(writer);

      change.expand(context);

      building.join();
      assertThat(
              change.holds(
                  "(select indisvalid from pg_index where indexrelid = 'shop.by_email'::regclass)"))
          .isTrue();
    }
  }

  /// As a conductor did that was killed: its backend goes on.
  private static void build(Connection connection, String application) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set application_name = '" + application + "'");
      statement.execute("create index concurrently by_email on shop.customer (email)");
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("57P01");
    }
  }

  @Test
  void theServerIsAskedAboutLongTransactionsAndIndexesThatAreNotValid() throws SQLException {
    Rehearsed change =
        new Rehearsed(
            directory,
            TABLES
                + "create index broken on shop.customer (email); update pg_index set indisvalid = false where indexrelid = 'shop.broken'::regclass; analyze shop.customer;",
            INDEX);

    List<Finding> findings = change.askServer();

    assertThat(findings).extracting(Finding::message).contains("PostgreSQL 18");
    assertThat(findings)
        .filteredOn(Finding::refuses)
        .extracting(Finding::message)
        .containsExactly(
            "index shop.broken of shop.customer is not valid: a build was cut short, or is under way");
    assertThat(findings)
        .filteredOn(f -> f.gate().equals("disk"))
        .singleElement()
        .extracting(Finding::message)
        .asString()
        .matches("the change needs about \\d kB on the server's disk; [0-9,]+ MB are free in .*");
  }
}
