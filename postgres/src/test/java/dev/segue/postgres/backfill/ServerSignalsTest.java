package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
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
