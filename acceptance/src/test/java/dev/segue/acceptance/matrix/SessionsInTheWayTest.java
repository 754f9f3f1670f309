package dev.segue.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.matrix.Stage.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Sessions that stand in the way of a change, while clients of its table go on.
@Tag("acceptance")
class SessionsInTheWayTest {

  private static final int ROWS = 2_000;
  private static final String SHORT = "lock-timeout: 100ms, lock-attempts: 3";

  private static final Case ADD =
      Case.of("in-the-way", "- add-column: { table: orders, column: extra, type: text }")
          .promises("alter table orders add column extra text");
  private static final Case INDEX =
      Case.of("index-in-the-way", "- create-index: { table: orders, name: orders_n, on: [n] }")
          .promises("create index orders_n on orders (n)");

  private static final String BUILDING =
      "select 1 from pg_stat_progress_create_index where relid = 'orders'::regclass";
  private static final String WORKING =
      "select 1 from pg_stat_activity where application_name = 'monthly report' and state = 'active'";
  private static final String INVALID =
      "select indexrelid::regclass from pg_index where not indisvalid";

  private static Server server;

  @BeforeAll
  static void open() throws Exception {
    server = Server.open(Server.NEWEST);
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
  }

  /// A session in a transaction that has used the table.
  private record Report(Connection connection, Statement statement) implements AutoCloseable {

    static Report on(Stage stage, String... statements) throws SQLException {
      Connection connection = stage.database().connect();
      connection.setClientInfo("ApplicationName", "monthly report");
      connection.setAutoCommit(false);
      Statement statement = connection.createStatement();
      for (String sql : statements) {
        statement.execute(sql);
      }
      return new Report(connection, statement);
    }

    boolean alive() {
      return does("select 1");
    }

    boolean does(String sql) {
      try {
        return statement.execute(sql);
      } catch (SQLException e) {
        return false;
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  private interface Part {
    void on(Stage stage) throws Exception;
  }

  /// No client may notice anything, whatever is done to the table.
  private static void underLoad(Case change, String postgres, Part part) throws Exception {
    Stage stage = Stage.open(server, change, ROWS, postgres);
    Written written = new Written(null);
    try (Connection connection = stage.database().connect()) {
      written.adopt(connection, change.before());
    }
    try (Load load = new Load(stage.database(), written, ROWS)) {
      load.join("old", change.before());
      load.serve(5);
      part.on(stage);
      load.serve(5);
      load.nothingLost(List.of(), change.before());
    }
  }

  @Test
  void whoIsInTheWayIsNamedAndTheNextTrySucceeds() throws Exception {
    underLoad(
        ADD,
        SHORT,
        stage -> {
          String before = stage.dump();
          try (Report report = Report.on(stage, "select count(*) from orders")) {
            Result refused = stage.segue("run");
            assertThat(refused.exit()).as(refused.all()).isEqualTo(1);
            assertThat(refused.all())
                .contains("monthly report", "idle in transaction", "postgres", "count(*)");
            assertThat(stage.dump()).isEqualTo(before);
            assertThat(report.alive()).isTrue();
          }
          Result again = stage.segue("run");
          assertThat(again.exit()).as(again.all()).isZero();
        });
  }

  @Test
  void theIdleAreEndedOnlyWhereTheChangeAllowsIt() throws Exception {
    underLoad(
        ADD,
        "lock-timeout: 100ms, lock-attempts: 20, end-idle-transactions: 300ms",
        stage -> {
          try (Report report = Report.on(stage, "select count(*) from orders")) {
            Result run = stage.segue("run");
            assertThat(run.exit()).as(run.all()).isZero();
            assertThat(report.alive()).isFalse();
          }
        });
  }

  @Test
  void whoeverWorksIsNeverEnded() throws Exception {
    underLoad(
        ADD,
        SHORT + ", end-idle-transactions: 50ms",
        stage -> {
          try (Connection other = stage.database().connect();
              Statement gate = other.createStatement();
              Report report = Report.on(stage, "select count(*) from orders")) {
            gate.execute("select pg_advisory_lock(1)");
            CompletableFuture<Boolean> work =
                CompletableFuture.supplyAsync(() -> report.does("select pg_advisory_lock(1)"));
            await("at work").until(() -> !stage.database().column(WORKING).isEmpty());
            Result refused = stage.segue("run");
            assertThat(refused.exit()).as(refused.all()).isEqualTo(1);
            assertThat(refused.all()).contains("monthly report", "pg_advisory_lock");
            gate.execute("select pg_advisory_unlock(1)");
            assertThat(work.join()).isTrue();
          }
        });
  }

  @Test
  void aBuildThatADeadConductorLeftIsMadeAnew() throws Exception {
    underLoad(
        INDEX,
        "",
        stage -> {
          Running conductor;
          try (Report report =
              Report.on(
                  stage,
                  "set transaction isolation level repeatable read",
                  "select count(*) from orders")) {
            conductor = stage.start("run");
            building(stage, conductor);
            conductor.kill();
            assertThat(stage.database().column(INVALID)).isEqualTo(List.of("orders_n"));
            assertThat(report.alive()).isTrue();
          }
          Result again = stage.segue("run");
          assertThat(again.exit()).as(again.all()).isZero();
          assertThat(stage.database().column(INVALID)).isEmpty();
          Result finish = stage.segue("finish", "--force", "--reason", "test");
          assertThat(finish.exit()).as(finish.all()).isZero();
          assertThat(stage.dump()).isEqualTo(stage.promised());
        });
  }

  @Test
  void aBuildThatWaitsIsTakenBackAtOnce() throws Exception {
    underLoad(
        INDEX,
        "",
        stage -> {
          String before = stage.dump();
          try (Report report =
              Report.on(stage, "set transaction isolation level repeatable read", "select 1")) {
            Running conductor = stage.start("run");
            building(stage, conductor);
            Result back = stage.segue("rollback", "--reason", "takes too long");
            assertThat(back.exit()).as(back.all()).isZero();
            assertThat(conductor.await().exit()).isEqualTo(1);
            assertThat(report.alive()).isTrue();
          }
          assertThat(stage.dump()).isEqualTo(before);
          assertThat(stage.database().column(INVALID)).isEmpty();
        });
  }

  private static void building(Stage stage, Running conductor) {
    await("the index is being built")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .failFast(() -> assertThat(conductor.process().isAlive()).as(conductor::said).isTrue())
        .until(() -> !stage.database().column(BUILDING).isEmpty());
  }
}
