package dev.segue.postgres.backfill;

import dev.segue.backfill.LagTrail;
import dev.segue.backfill.Limit;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.backfill.Verdict.Figure;
import dev.segue.change.BackfillPace;
import dev.segue.change.SegueException;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Read from the server a few times a second, on a connection of its own: while a batch runs, too.
final class ServerSignals implements Signals {

  private static final String LAG = "replica lag";
  private static final String WAITING = "number of sessions waiting for us";
  private static final String ACTIVE = "number of sessions at work";
  private static final String WAL = "write-ahead log";
  private static final int POSITIONS = 6;
  private static final double MEGABYTE = 1e6;

  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// pg_locks, because everybody may read it. A replica whose position is not known is none:
  /// whoever takes a base backup is listed there, too.
  private static final String READ =
      """
      select
        (select count(distinct l.pid) from pg_catalog.pg_locks l
          where not l.granted and pg_catalog.pg_blocking_pids(l.pid) && ?) as waiting,
        (select count(*) from pg_catalog.pg_stat_activity a
          where a.state = 'active' and a.backend_type = 'client backend' and a.pid <> all (?)
            and a.pid <> pg_catalog.pg_backend_pid()) as active,
        here.lsn as here,
        coalesce((select min(pg_catalog.pg_wal_lsn_diff(replay_lsn, '0/0'))::bigint
          from pg_catalog.pg_stat_replication), here.lsn) as there
      from (select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::bigint)
        as here (lsn)
      """;

  private static final String MAY_SEE_REPLICAS =
      "select pg_catalog.pg_has_role('pg_read_all_stats', 'usage')";

  private final Site site;
  private final Set<Integer> pids;
  private final List<Limit> limits;
  private volatile Map<String, Figure> figures = Map.of();
  private volatile boolean closed;
  private final Thread reader;

  /// The last few, used by the reader alone.
  private final ArrayDeque<At> positions = new ArrayDeque<>();

  private record At(long position, long nanos) {}

  private ServerSignals(Site site, Set<Integer> pids, List<Limit> limits) {
    this.site = site;
    this.pids = pids;
    this.limits = limits;
    this.reader = Thread.ofPlatform().daemon().name("backfill-signals").unstarted(this::read);
  }

  /// @param pids of the backends that copy; others may join them
  static Signals open(Site site, BackfillPace pace, Set<Integer> pids) {
    ServerSignals signals = new ServerSignals(site, pids, limits(site, pace));
    signals.reader.start();
    return signals;
  }

  /// @param connection that copies
  static int pid(Connection connection) throws SQLException {
    return Sql.one(connection, "select pg_catalog.pg_backend_pid()", row -> row.getInt(1));
  }

  static boolean seesReplicas(Connection connection) throws SQLException {
    return Prompt.asks(connection, MAY_SEE_REPLICAS);
  }

  private static List<Limit> limits(Site site, BackfillPace pace) {
    List<Limit> limits = new ArrayList<>();
    if (pace.limits().maxWaiting() != null) {
      limits.add(new Limit(WAITING, Limit.Kind.STOP, pace.limits().maxWaiting(), ""));
    }
    if (pace.limits().maxLag() != null && seesReplicas(site)) {
      limits.add(new Limit(LAG, Limit.Kind.STOP, pace.limits().maxLag().toMillis() / 1000.0, " s"));
    }
    if (pace.share() < 1) {
      limits.add(new Limit(WAITING, Limit.Kind.SLOW, 0, ""));
    }
    if (pace.limits().maxActive() != null) {
      limits.add(new Limit(ACTIVE, Limit.Kind.SLOW, pace.limits().maxActive(), ""));
    }
    if (pace.limits().maxWalBytesPerSecond() != null) {
      double most = pace.limits().maxWalBytesPerSecond() / MEGABYTE;
      limits.add(new Limit(WAL, Limit.Kind.SLOW, most, " MB/s"));
    }
    return List.copyOf(limits);
  }

  private static boolean seesReplicas(Site site) {
    try (Connection connection = site.open("looking at what may be watched")) {
      return seesReplicas(connection);
    } catch (SQLException e) {
      throw Sql.failed("looking at what may be watched", e);
    }
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

  private record Positions(long waiting, long active, long here, long there) {}

  private LagTrail read(Connection connection, LagTrail before) throws SQLException {
    Integer[] ours = pids.toArray(Integer[]::new);
    Positions read =
        Prompt.list(
                connection,
                READ,
                row ->
                    new Positions(
                        row.getLong("waiting"),
                        row.getLong("active"),
                        row.getLong("here"),
                        row.getLong("there")),
                ours,
                ours)
            .getFirst();
    Instant now = Instant.now();
    LagTrail trail = before.moved(read.here(), read.there(), now);
    Map<String, Figure> fresh = new HashMap<>();
    fresh.put(LAG, new Figure(trail.lag(read.there(), now).toMillis() / 1000.0, now));
    fresh.put(WAITING, new Figure(read.waiting(), now));
    fresh.put(ACTIVE, new Figure(read.active(), now));
    written(read.here()).ifPresent(rate -> fresh.put(WAL, new Figure(rate / MEGABYTE, now)));
    figures = Map.copyOf(fresh);
    return trail;
  }

  /// Bytes of write-ahead log a second, over the last second or so; empty: not known yet.
  private OptionalDouble written(long here) {
    long now = System.nanoTime();
    positions.addLast(new At(here, now));
    while (positions.size() > POSITIONS) {
      positions.removeFirst();
    }
    double seconds = (now - positions.getFirst().nanos()) / 1e9;
    return positions.size() < 2
        ? OptionalDouble.empty()
        : OptionalDouble.of((here - positions.getFirst().position()) / seconds);
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
