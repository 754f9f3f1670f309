package dev.segue.postgres.backfill;

import dev.segue.backfill.LagTrail;
import dev.segue.backfill.Limit;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.backfill.Verdict.Figure;
import dev.segue.change.PostgresBackfill;
import dev.segue.change.SegueException;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Read from the server a few times a second, on a connection of its own: while a batch runs, too.
final class ServerSignals implements Signals {

  private static final String LAG = "replica lag";
  private static final String WAITING = "number of sessions waiting for us";

  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// pg_locks, because everybody may read it. A replica whose position is not known is none:
  /// whoever takes a base backup is listed there, too.
  private static final String READ =
      """
      select
        (select count(distinct l.pid) from pg_catalog.pg_locks l
          where not l.granted and ? = any(pg_catalog.pg_blocking_pids(l.pid))) as waiting,
        here.lsn as here,
        coalesce((select min(pg_catalog.pg_wal_lsn_diff(replay_lsn, '0/0'))::bigint
          from pg_catalog.pg_stat_replication), here.lsn) as there
      from (select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::bigint)
        as here (lsn)
      """;

  private static final String MAY_SEE_REPLICAS =
      "select pg_catalog.pg_has_role('pg_read_all_stats', 'usage')";

  private final Site site;
  private final int pid;
  private final List<Limit> limits;
  private volatile Map<String, Figure> figures = Map.of();
  private volatile boolean closed;
  private final Thread reader;

  private ServerSignals(Site site, int pid, List<Limit> limits) {
    this.site = site;
    this.pid = pid;
    this.limits = limits;
    this.reader = Thread.ofPlatform().daemon().name("backfill-signals").unstarted(this::read);
  }

  static Signals open(Site site, int pid) {
    ServerSignals signals = new ServerSignals(site, pid, limits(site));
    signals.reader.start();
    return signals;
  }

  static boolean seesReplicas(Connection connection) throws SQLException {
    return Prompt.asks(connection, MAY_SEE_REPLICAS);
  }

  private static List<Limit> limits(Site site) {
    PostgresBackfill settings = site.target().backfill();
    List<Limit> limits = new ArrayList<>();
    limits.add(new Limit(WAITING, Limit.Kind.STOP, settings.maxWaiting(), ""));
    try (Connection connection = site.open("looking at what may be watched")) {
      if (seesReplicas(connection)) {
        double most = settings.maxLag().toMillis() / 1000.0;
        limits.add(new Limit(LAG, Limit.Kind.STOP, most, " s"));
      }
    } catch (SQLException e) {
      throw Sql.failed("looking at what may be watched", e);
    }
    if (settings.share() < 1) {
      limits.add(new Limit(WAITING, Limit.Kind.SLOW, 0, ""));
    }
    return List.copyOf(limits);
  }

  @Override
  public Verdict verdict(Instant now) {
    return Verdict.of(limits, figures, now, FRESH);
  }

  /// What cannot be read grows old, and then stops the copying.
  private void read() {
    while (!closed) {
      try (Connection connection = site.open("watching over the copying")) {
        LagTrail trail = LagTrail.EMPTY;
        while (!closed) {
          trail = read(connection, trail);
          LockSupport.parkNanos(EVERY.toNanos());
        }
      } catch (SQLException | SegueException e) {
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  private record Positions(long waiting, long here, long there) {}

  private LagTrail read(Connection connection, LagTrail before) throws SQLException {
    Positions read =
        Prompt.list(
                connection,
                READ,
                row ->
                    new Positions(
                        row.getLong("waiting"), row.getLong("here"), row.getLong("there")),
                pid)
            .getFirst();
    Instant now = Instant.now();
    LagTrail trail = before.moved(read.here(), read.there(), now);
    double lag = trail.lag(read.there(), now).toMillis() / 1000.0;
    figures = Map.of(LAG, new Figure(lag, now), WAITING, new Figure(read.waiting(), now));
    return trail;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(reader);
    try {
      reader.join(AGAIN.multipliedBy(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
