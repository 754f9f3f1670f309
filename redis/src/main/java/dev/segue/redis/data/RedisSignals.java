package dev.segue.redis.data;

import dev.segue.backfill.LagTrail;
import dev.segue.backfill.Limit;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.backfill.Verdict.Figure;
import dev.segue.change.BackfillPace;
import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Read from all servers a few times a second, on connections of its own: while a batch runs, too.
/// Of several servers the worst counts.
final class RedisSignals implements Signals {

  private static final String MEMORY = "share of maxmemory in use";
  private static final String BACKLOG = "share of the replication backlog a replica lacks";
  private static final String LAG = "replica lag";
  private static final String LATENCY = "latency";
  private static final String SNAPSHOT = "number of snapshots being written";
  private static final String MOVING = "number of slots being moved";

  private static final Duration EVERY = Duration.ofMillis(200);

  /// Who serves what is asked less often than how they are.
  private static final int ROUNDS_BETWEEN = 5;

  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final RedisTarget target;
  private final List<Limit> limits;
  private final Map<String, LagTrail> trails = new HashMap<>();
  private final Thread reader;
  private volatile Map<String, Figure> figures = Map.of();
  private volatile boolean closed;

  private RedisSignals(RedisTarget target, List<Limit> limits) {
    this.target = target;
    this.limits = limits;
    this.reader = Thread.ofPlatform().daemon().name("backfill-signals").unstarted(this::read);
  }

  static Signals open(RedisTarget target, BackfillPace pace) {
    RedisSignals signals = new RedisSignals(target, limits(pace));
    signals.reader.start();
    return signals;
  }

  static List<Limit> limits(BackfillPace pace) {
    List<Limit> limits = new ArrayList<>();
    limits.add(new Limit(SNAPSHOT, Limit.Kind.STOP, 0, ""));
    limits.add(new Limit(MOVING, Limit.Kind.STOP, 0, ""));
    if (pace.limits().maxMemory() != null) {
      limits.add(new Limit(MEMORY, Limit.Kind.STOP, pace.limits().maxMemory() * 100, " %"));
    }
    if (pace.limits().maxBacklog() != null) {
      limits.add(new Limit(BACKLOG, Limit.Kind.STOP, pace.limits().maxBacklog() * 100, " %"));
    }
    if (pace.limits().maxLag() != null) {
      limits.add(new Limit(LAG, Limit.Kind.STOP, pace.limits().maxLag().toMillis() / 1000.0, " s"));
    }
    if (pace.limits().maxLatency() != null) {
      limits.add(
          new Limit(LATENCY, Limit.Kind.SLOW, pace.limits().maxLatency().toNanos() / 1e6, " ms"));
    }
    return List.copyOf(limits);
  }

  @Override
  public Verdict verdict(Instant now) {
    return Verdict.of(limits, figures, now, FRESH);
  }

  /// What cannot be read grows old, and then stops the work.
  private void read() {
    while (!closed) {
      try (Server server = Server.open(target)) {
        double moving = 0;
        for (int round = 0; !closed; round++) {
          if (round % ROUNDS_BETWEEN == 0) {
            server.refresh();
            moving = server.moving();
          }
          Map<String, Double> worst = new HashMap<>();
          worst.put(MOVING, moving);
          for (Server.Primary primary : server.primaries()) {
            read(primary, worst);
          }
          Instant now = Instant.now();
          Map<String, Figure> fresh = new HashMap<>();
          worst.forEach((name, value) -> fresh.put(name, new Figure(value, now)));
          figures = Map.copyOf(fresh);
          LockSupport.parkNanos(EVERY.toNanos());
        }
      } catch (SegueException e) {
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  private void read(Server.Primary primary, Map<String, Double> worst) {
    Node node = primary.node();
    long began = System.nanoTime();
    node.one(Call.of("PING"));
    double latency = (System.nanoTime() - began) / 1e6;
    worst.merge(LATENCY, latency, Math::max);
    Map<String, String> info = node.info("memory", "persistence", "replication");
    worst.merge(SNAPSHOT, snapshots(info), Math::max);
    worst.merge(MEMORY, 100 * memory(info), Math::max);
    worst.merge(BACKLOG, 100 * backlog(info), Math::max);
    long here = number(info, "master_repl_offset");
    long there = furthest(info);
    LagTrail trail =
        trails.getOrDefault(primary.id(), LagTrail.EMPTY).moved(here, there, Instant.now());
    trails.put(primary.id(), trail);
    worst.merge(LAG, trail.lag(there, Instant.now()).toMillis() / 1000.0, Math::max);
  }

  private static double snapshots(Map<String, String> info) {
    return number(info, "rdb_bgsave_in_progress") + number(info, "aof_rewrite_in_progress");
  }

  /// 0 where there is no limit.
  static double memory(Map<String, String> info) {
    long most = number(info, "maxmemory");
    return most == 0 ? 0 : (double) number(info, "used_memory") / most;
  }

  private static double backlog(Map<String, String> info) {
    long size = number(info, "repl_backlog_size");
    long lacking = number(info, "master_repl_offset") - furthest(info);
    return size == 0 ? 0 : (double) lacking / size;
  }

  /// Where the replica that is furthest behind stands, of those that are up.
  private static long furthest(Map<String, String> info) {
    long furthest = number(info, "master_repl_offset");
    for (int i = 0; info.containsKey("slave" + i); i++) {
      String replica = info.getOrDefault("slave" + i, "");
      if (replica.contains("state=online")) {
        String offset = replica.replaceAll(".*offset=(\\d+).*", "$1");
        furthest = Math.min(furthest, Long.parseLong(offset));
      }
    }
    return furthest;
  }

  static long number(Map<String, String> info, String name) {
    String text = info.getOrDefault(name, "0");
    return text.matches("\\d+") ? Long.parseLong(text) : 0;
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
