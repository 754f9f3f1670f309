package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.FakeContext;
import dev.segue.postgres.sql.Prompt;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedTransactionTest {

  @TempDir Path directory;
  private Scene scene;
  private FakeContext context;
  private Step expand;

  @BeforeEach
  void open() throws SQLException {
    scene = Scene.open();
    context = new FakeContext(directory);
    expand = scene.step("expand-" + Scene.LINK);
  }

  @AfterEach
  void close() throws SQLException {
    scene.close();
  }

  @Test
  void whoHoldsTheLockIsNamedWhenTriesRunOut() throws SQLException {
    try (Connection reader = scene.connect();
        Statement statement = reader.createStatement()) {
      statement.execute("SET application_name = 'nightly report'");
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*)   FROM unified_db_personlink");

      SegueException refused =
          catchThrowableOfType(SegueException.class, () -> expand.apply(context));

      assertThat(refused.code()).isEqualTo("lock-not-available");
      assertThat(refused.kind()).isEqualTo(SegueException.Kind.EXTERNAL);
      assertThat(refused)
          .hasMessageContaining("No lock on public.unified_db_personlink in 5 tries of 100ms")
          .hasMessageContaining("application 'nightly report', idle in transaction")
          .hasMessageContaining("SELECT count(*) FROM unified_db_personlink")
          .hasMessageContaining("user postgres");
      assertThat(context.pauses).hasSize(4);
      assertThat(context.said).hasSize(5);
      assertThat(expand.observe(context)).isEqualTo(Observation.ABSENT);
    }
  }

  @Test
  void aLockThatComesFreeIsTakenAtTheNextTry() throws SQLException {
    try (Connection reader = scene.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM unified_db_personlink");
      context.whilePaused =
          () -> {
            try {
              // Between tries nothing is held: others pass.
              scene.execute("UPDATE unified_db_personlink SET note = 'passed'");
              if (context.pauses.size() == 2) {
                reader.commit();
              }
            } catch (SQLException e) {
              throw new AssertionError(e);
            }
          };

      Facts facts = expand.apply(context);

      assertThat(facts.number("attempts")).contains(3L);
      assertThat(facts.number("waited_ms").orElseThrow()).isGreaterThan(200);
      assertThat(facts.values().get("lock_ms")).isInstanceOf(Double.class);
    }
  }

  @Test
  void aConnectionLostInTheMiddleLeavesNothingHalfDone() throws SQLException {
    context.fenceCheck =
        connection -> {
          String pid =
              Prompt.first(connection, "select pg_backend_pid()", row -> row.getString(1))
                  .orElseThrow();
          scene.value("select pg_terminate_backend(" + pid + ")");
        };
    assertThatThrownBy(() -> expand.apply(context))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("database-connection-lost"));
    assertThat(expand.observe(context)).isEqualTo(Observation.ABSENT);

    context.fenceCheck = connection -> {};
    expand.apply(context);
    assertThat(expand.observe(context)).isInstanceOf(Observation.Present.class);
  }

  /// Killed while it holds the lock: a lock on the catalogue stops it between its statements.
  @Test
  void aBackendKilledUnderTheLockLeavesTheTableAsItWas() throws Exception {
    String before = scene.catalogue();
    try (Connection other = scene.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE pg_catalog.pg_rewrite IN EXCLUSIVE MODE");
      Thread killer = Thread.ofPlatform().start(() -> killWhenItHoldsTheTable(statement));

      assertThatThrownBy(() -> expand.apply(context)).isInstanceOf(SegueException.class);
      killer.join();
      other.rollback();
    }

    assertThat(expand.observe(context)).isEqualTo(Observation.ABSENT);
    assertThat(scene.catalogue()).isEqualTo(before);
    expand.apply(context);
    assertThat(expand.observe(context)).isInstanceOf(Observation.Present.class);
  }

  private static void killWhenItHoldsTheTable(Statement statement) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(1))
        .until(() ->
            statement
                .executeQuery(
                    """
                    select pg_terminate_backend(pid) from pg_locks
                    where relation = 'unified_db_personlink'::regclass and granted
                      and mode = 'AccessExclusiveLock'
                    """)
                .next());
  }

  @Test
  void aConductorThatHasBeenReplacedChangesNothing() {
    context.fenceCheck =
        connection -> {
          throw new FencedException("Another conductor has taken over.");
        };

    assertThatThrownBy(() -> expand.apply(context)).isInstanceOf(FencedException.class);
    assertThat(expand.observe(context)).isEqualTo(Observation.ABSENT);
  }
}
