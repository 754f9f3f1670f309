package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.BatchTime;
import dev.segue.change.PostgresBackfill;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

class ServerSignalsTest {

  private static int pid(Connection connection) throws SQLException {
    try (var row = connection.createStatement().executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Signals open(Site site, int pid) {
    return ServerSignals.open(site, Terms.inStep(site).pace(), Set.of(pid));
  }

  private static PostgresBackfill waiting(int most, double share) {
    return new PostgresBackfill(
        share, BatchTime.always(Duration.ofMillis(50)), Duration.ofSeconds(10), most);
  }

  /// What is said while one session waits for a row that we hold.
  private static Verdict whileOneWaits(PostgresBackfill settings) throws SQLException {
    try (Members members = Members.numbered(10);
        Connection ours = members.connect();
        Connection theirs = members.connect();
        Signals signals = open(members.site(settings), pid(ours))) {
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
      ours.setAutoCommit(false);
      ours.createStatement().execute("UPDATE members SET note = 1 WHERE id = 1");
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(() -> {
            try {
              theirs.createStatement().execute("UPDATE members SET note = 2 WHERE id = 1");
            } catch (SQLException e) {
              throw new CompletionException(e);
            }
          });
      await().until(() -> !signals.verdict(Instant.now()).equals(Verdict.GO));
      Verdict said = signals.verdict(Instant.now());
      ours.commit();
      waiting.join();
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
      return said;
    }
  }

  @Test
  void oneWhoWaitsForUsSlowsDown() throws SQLException {
    assertThat(whileOneWaits(waiting(4, 0.5)))
        .isEqualTo(new Verdict.Slow("number of sessions waiting for us is 1, more than 0"));
  }

  @Test
  void moreThanTheLimitStop() throws SQLException {
    assertThat(whileOneWaits(waiting(0, 1)))
        .isEqualTo(new Verdict.Stop("number of sessions waiting for us is 1, more than 0"));
  }

  private static PostgresBackfill lag(Duration most) {
    return new PostgresBackfill(1, BatchTime.always(Duration.ofMillis(50)), most, 4);
  }

  @Test
  void whereThereIsNoReplicaNoneIsBehind() throws SQLException {
    try (Members members = Members.numbered(10);
        Signals signals = open(members.site(lag(Duration.ofMillis(1))), 0)) {
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
      members.database().execute("UPDATE members SET note = 1");
      await()
          .during(Duration.ofMillis(600))
          .until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
    }
  }

  /// A replica that says what it has when it is told to.
  private static Connection replica(Members members) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("replication", "true");
    properties.setProperty("assumeMinServerVersion", "14");
    properties.setProperty("preferQueryMode", "simple");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + members.database().server().port() + "/", properties);
  }

  private static void hasReached(PGReplicationStream replica, String position) throws SQLException {
    LogSequenceNumber lsn = LogSequenceNumber.valueOf(position);
    replica.setFlushedLSN(lsn);
    replica.setAppliedLSN(lsn);
    replica.forceUpdateStatus();
  }

  @Test
  void aReplicaThatStandsStillStops() throws SQLException {
    try (Members members = Members.numbered(10);
        Connection connection = replica(members);
        Signals signals = open(members.site(lag(Duration.ofMillis(500))), 0)) {
      String began = members.database().value("SELECT pg_current_wal_lsn()");
      PGReplicationStream replica =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .physical()
              .withStartPosition(LogSequenceNumber.valueOf(began))
              .start();
      hasReached(replica, began);
      members.database().execute("UPDATE members SET note = 1");
      await()
          .untilAsserted(() ->
              assertThat(signals.verdict(Instant.now()))
                  .isInstanceOfSatisfying(
                      Verdict.Stop.class,
                      stop -> assertThat(stop.why()).startsWith("replica lag is ")));

      hasReached(replica, members.database().value("SELECT pg_current_wal_insert_lsn()"));

      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
    }
  }

  /// A pace with two limits that are not looked at unless they are asked for.
  private static BackfillPace limits(@Nullable Integer maxActive, @Nullable Long maxWal) {
    return new BackfillPace(
        1,
        BatchTime.always(Duration.ofMillis(50)),
        0,
        Limits.ofRows(null, maxActive, null, maxWal),
        null);
  }

  @Test
  void moreSessionsAtWorkThanTheLimitSlowDown() throws SQLException {
    try (Members members = Members.numbered(1);
        Connection one = members.connect();
        Connection another = members.connect();
        Signals signals = ServerSignals.open(members.site(), limits(1, null), Set.of())) {
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
      CompletableFuture<Void> first = working(one);
      await()
          .during(Duration.ofMillis(500))
          .until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
      CompletableFuture<Void> second = working(another);
      await()
          .until(() ->
              signals
                  .verdict(Instant.now())
                  .equals(new Verdict.Slow("number of sessions at work is 2, more than 1")));
      cancel(members, one, another);
      first.join();
      second.join();
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
    }
  }

  /// At work until it is told to end.
  private static CompletableFuture<Void> working(Connection connection) {
    return CompletableFuture.runAsync(
        () -> {
          try (var statement = connection.createStatement()) {
            statement.execute("SELECT pg_sleep(60)");
          } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("57014");
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  private static void cancel(Members members, Connection... working) throws SQLException {
    for (Connection each : working) {
      int pid = each.unwrap(PGConnection.class).getBackendPID();
      members.database().execute("SELECT pg_cancel_backend(" + pid + ")");
    }
  }

  @Test
  void moreWriteAheadLogThanTheLimitSlowsDown() throws SQLException {
    try (Members members = Members.numbered(1);
        Signals signals = ServerSignals.open(members.site(), limits(null, 1L << 20), Set.of())) {
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
      await()
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(() -> {
            members
                .database()
                .execute("SELECT pg_logical_emit_message(false, 'segue', repeat('x', 1000000))");
            assertThat(signals.verdict(Instant.now()))
                .isInstanceOfSatisfying(
                    Verdict.Slow.class,
                    slow ->
                        assertThat(slow.why()).startsWith("write-ahead log is ").contains("MB/s"));
          });
      await().until(() -> signals.verdict(Instant.now()).equals(Verdict.GO));
    }
  }

  @Test
  void whatHasNotBeenReadYetStops() throws SQLException {
    try (Members members = Members.numbered(1)) {
      Signals signals = open(members.site(), 0);
      signals.close();
      Instant later = Instant.now().plusSeconds(60);
      assertThat(signals.verdict(later))
          .isEqualTo(new Verdict.Stop("number of sessions waiting for us is not known"));
    }
  }
}
