package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps a lease alive, and knows until when it was proved to be ours.
///
/// Thread-safe.
final class Heartbeat implements AutoCloseable {

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final LeaseRow.Claim claim;
  private final Session session;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long provedAt;
  private volatile boolean superseded;
  private volatile @Nullable Exception problem;

  /// @param provedAt [System#nanoTime] just before the lease was asked for
  Heartbeat(LeaseRow.Claim claim, Session session, long provedAt) {
    this.claim = claim;
    this.session = session;
    this.provedAt = provedAt;
    Thread.ofPlatform().daemon().name("segue-lease-" + claim.change()).start(this::keepBeating);
  }

  /// Asserts that the lease is ours: asks the server where it answers, else relies on what it said
  /// last, for as long as nobody can have taken over since.
  void check() {
    if (problem == null && session.idle()) {
      // Asking rather than counting: a machine that slept does not know how long.
      beat();
    }
    if (superseded) {
      throw superseded();
    }
    if (ended.getCount() == 0) {
      throw new FencedException("The lease on " + claim.change() + " was given back");
    }
    if (System.nanoTime() - provedAt >= claim.ttl().toNanos()) {
      Exception why = problem;
      throw new FencedException(
          "The lease on "
              + claim.change()
              + " could not be renewed for "
              + claim.ttl().toSeconds()
              + " s, so another conductor may have taken over"
              + (why == null ? "" : ": " + why.getMessage()));
    }
  }

  /// The server says that the lease is another's, for good.
  FencedException superseded() {
    superseded = true;
    return new FencedException(
        "Another conductor has taken over "
            + claim.change()
            + successor()
            + " (this one had epoch "
            + claim.epoch()
            + ")");
  }

  /// Who has it now, where the server says so.
  private String successor() {
    try {
      return session
          .read(c -> LeaseRow.read(c, claim.change(), false))
          .map(row ->
              row.holder()
                      .map(h -> ", process " + h.pid() + " of " + h.user() + " on " + h.host())
                      .orElse(" and given it back")
                  + ", with epoch "
                  + row.epoch())
          .orElse("");
    } catch (SegueException | IllegalStateException unknown) {
      // Only that it is lost is certain.
      return "";
    }
  }

  @Override
  public void close() {
    ended.countDown();
    session.close();
  }

  private void keepBeating() {
    try {
      while (!superseded && !ended.await(interval().toMillis(), TimeUnit.MILLISECONDS)) {
        beat();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration interval() {
    Duration third = claim.ttl().dividedBy(3);
    return problem != null && AFTER_FAILURE.compareTo(third) < 0 ? AFTER_FAILURE : third;
  }

  private void beat() {
    long asked = System.nanoTime();
    try {
      if (session.writeOnce(c -> LeaseRow.renew(c, claim))) {
        provedAt = asked;
      } else {
        superseded = true;
      }
      problem = null;
    } catch (SQLException | SegueException e) {
      // Tried again soon; when it stays so, the time to live decides.
      problem = e;
    } catch (IllegalStateException closed) {
      if (ended.getCount() > 0) {
        throw closed;
      }
    }
  }
}
