package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.backfill.Verdict;
import dev.segue.change.PostgresBackfill;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ServerSignalsTest {

  private static int pid(Connection connection) throws SQLException {
    try (var row = connection.createStatement().executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static PostgresBackfill waiting(int most, double share) {
    return new PostgresBackfill(share, Duration.ofMillis(50), Duration.ofSeconds(10), most);
  }

  /// What is said while one session waits for a row that we hold.
  private static Verdict whileOneWaits(PostgresBackfill settings) throws SQLException {
    try (Members members = Members.numbered(10);
        Connection ours = members.connect();
        Connection theirs = members.connect();
        Signals signals = ServerSignals.open(members.site(settings), pid(ours))) {
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

  @Test
  void whatHasNotBeenReadYetStops() throws SQLException {
    try (Members members = Members.numbered(1)) {
      Signals signals = ServerSignals.open(members.site(), 0);
      signals.close();
      Instant later = Instant.now().plusSeconds(60);
      assertThat(signals.verdict(later))
          .isEqualTo(new Verdict.Stop("number of sessions waiting for us is not known"));
    }
  }
}
