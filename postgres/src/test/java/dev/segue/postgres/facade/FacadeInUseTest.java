package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGStatement;

/// What applications send, in every form the table takes.
class FacadeInUseTest {

  @TempDir Path directory;
  private Scene scene;
  private FakeContext context;
  private Step expand;
  private Step contract;
  private final List<Writers> writers = new ArrayList<>();

  @BeforeEach
  void open() throws SQLException {
    scene = Scene.open();
    context = new FakeContext(directory);
    expand = scene.step("expand-" + Scene.LINK);
    contract = scene.step("contract-" + Scene.LINK);
  }

  @AfterEach
  void close() throws SQLException, InterruptedException {
    for (Writers one : writers) {
      one.end();
    }
    scene.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Scene.OLD, Scene.NEW})
  void whatAnApplicationSendsWorksByEitherName(String column) throws SQLException {
    expand.apply(context);

    assertThat(
            scene.value(
                "INSERT INTO unified_db_personlink (person, %s) VALUES ('a', NULL), ('b', DEFAULT) RETURNING %s IS NULL AND shout = 'A' AND note = 'none' AND id > 3"
                    .formatted(column, column)))
        .isEqualTo("t");
    assertThat(
            scene.value(
                "INSERT INTO unified_db_personlink (person, %s) VALUES ('again', 1) ON CONFLICT (%s) DO UPDATE SET person = EXCLUDED.person, %s = EXCLUDED.%s RETURNING id"
                    .formatted(column, column, column, column)))
        .isEqualTo("1");
    assertThat(
            scene.value(
                "WITH moved AS (UPDATE unified_db_personlink SET %s = 9 WHERE %s = 2 RETURNING *) SELECT bm_parliament_member_id + fahanie_cares_member_id FROM moved"
                    .formatted(column, column)))
        .isEqualTo("18");
    assertThat(
            scene.value(
                "SELECT person FROM unified_db_personlink WHERE %s = 3 FOR UPDATE"
                    .formatted(column)))
        .isEqualTo("p3");
    assertThat(
            scene.value(
                "SELECT m.name FROM unified_db_personlink l JOIN constituents_bmparliamentmember m ON m.id = l.%s WHERE l.%s = 9"
                    .formatted(column, column)))
        .isEqualTo("m9");
    scene.execute(
        "INSERT INTO visit (link) VALUES (1)",
        "DELETE FROM unified_db_personlink WHERE " + column + " = 1");
    assertThat(scene.value("SELECT count(*) FROM visit")).isEqualTo("0");
    assertThat(scene.value("SELECT count(*) FROM unified_db_personlink")).isEqualTo("4");
  }

  @Test
  void theKeyOfAnotherTableStillGuardsAndIsGuarded() throws SQLException {
    expand.apply(context);

    assertThat(refusal("INSERT INTO visit (link) VALUES (999)")).isEqualTo("23503");
    assertThat(
            refusal(
                "INSERT INTO unified_db_personlink (person, bm_parliament_member_id) VALUES ('x', 99)"))
        .isEqualTo("23503");
    assertThat(refusal("UPDATE unified_db_personlink SET bm_parliament_member_id = 1 WHERE id = 2"))
        .isEqualTo("23505");
  }

  private String refusal(String statement) {
    try {
      scene.execute(statement);
      return "none";
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    }
  }

  @Test
  void statementsPreparedBeforeGoOnInEveryForm() throws SQLException {
    try (Connection connection = scene.connect();
        PreparedStatement read =
            connection.prepareStatement(
                "SELECT person FROM unified_db_personlink WHERE fahanie_cares_member_id = ?");
        PreparedStatement write =
            connection.prepareStatement(
                "UPDATE unified_db_personlink SET note = ? WHERE fahanie_cares_member_id = ?");
        PreparedStatement visit =
            connection.prepareStatement("INSERT INTO visit (link) VALUES (?)")) {
      for (PreparedStatement prepared : List.of(read, write, visit)) {
        prepared.unwrap(PGStatement.class).setPrepareThreshold(1);
      }
      useOften(read, write, visit);
      expand.apply(context);
      useOften(read, write, visit);
      expand.takeBack(context);
      useOften(read, write, visit);
      expand.apply(context);
      useOften(read, write, visit);
      assertThat(read.unwrap(PGStatement.class).isUseServerPrepare()).isTrue();
    }
    assertThat(scene.value("SELECT count(*) FROM visit")).isEqualTo("40");
  }

  /// More than five times, after which the server keeps one plan for all values.
  private static void useOften(
      PreparedStatement read, PreparedStatement write, PreparedStatement visit)
      throws SQLException {
    for (int i = 0; i < 10; i++) {
      read.setLong(1, 2);
      try (ResultSet row = read.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("p2");
      }
      write.setString(1, "n" + i);
      write.setLong(2, 3);
      assertThat(write.executeUpdate()).isEqualTo(1);
      visit.setLong(1, 2);
      assertThat(visit.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void nobodyFailsAndNoWriteIsLostWhileTheTableComesAndGoes() throws Exception {
    Writers old = new Writers(Scene.OLD, 3);
    old.areBusy();
    for (int i = 0; i < 5; i++) {
      expand.apply(context);
      old.areBusy();
      expand.takeBack(context);
      old.areBusy();
    }
    expand.apply(context);
    Writers both = new Writers(Scene.NEW, 2);
    both.areBusy();
    old.end();
    old.haveAllTheyWrote();

    contract.apply(context);
    both.areBusy();
    both.end();
    both.haveAllTheyWrote();
  }

  /// Sessions that write and read by one name without a pause, and keep what they wrote.
  private final class Writers {

    private final String column;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong written = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    Writers(String column, int count) {
      this.column = column;
      writers.add(this);
      for (int i = 0; i < count; i++) {
        threads.add(Thread.ofPlatform().name(column + i).start(this::write));
      }
    }

    private void write() {
      try (Connection connection = scene.connect()) {
        connection.setAutoCommit(false);
        while (!ended.get()) {
          long id = insert(connection);
          visit(connection, id);
          connection.commit();
          written.incrementAndGet();
        }
      } catch (SQLException | RuntimeException e) {
        failures.add(e);
      }
    }

    private long insert(Connection connection) throws SQLException {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO unified_db_personlink (person, note, %s) VALUES (?, 'x', NULL) RETURNING id, %s"
                  .formatted(column, column))) {
        insert.setString(1, column);
        try (ResultSet row = insert.executeQuery()) {
          row.next();
          return row.getLong(1);
        }
      }
    }

    private void visit(Connection connection, long id) throws SQLException {
      try (PreparedStatement visit =
              connection.prepareStatement("INSERT INTO visit (link) VALUES (?)");
          PreparedStatement read =
              connection.prepareStatement(
                  "UPDATE unified_db_personlink SET note = 'y' WHERE id = ? AND %s IS NULL"
                      .formatted(column))) {
        visit.setLong(1, id);
        visit.executeUpdate();
        read.setLong(1, id);
        assertThat(read.executeUpdate()).isEqualTo(1);
      }
    }

    void areBusy() {
      long until = written.get() + 50;
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !failures.isEmpty() || written.get() >= until);
      assertThat(failures).isEmpty();
    }

    void haveAllTheyWrote() throws SQLException {
      assertThat(failures).isEmpty();
      assertThat(
              scene.value(
                  "SELECT count(*) FROM unified_db_personlink WHERE note = 'y' AND person = '"
                      + column
                      + "'"))
          .isEqualTo(Long.toString(written.get()));
    }

    void end() throws InterruptedException {
      ended.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
