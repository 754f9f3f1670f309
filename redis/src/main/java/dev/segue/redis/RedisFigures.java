package dev.segue.redis;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// The servers as they see themselves, all together: `redis.used_memory`, `redis.hits`,
/// `redis.misses`, `redis.evicted`, `redis.expired`, `redis.ops`, and `redis.latency`, the slowest
/// of one PING each.
record RedisFigures(RedisTarget target) implements Source {

  private static final Map<String, String> FIGURES =
      Map.of(
          "used_memory", "used_memory",
          "hits", "keyspace_hits",
          "misses", "keyspace_misses",
          "evicted", "evicted_keys",
          "expired", "expired_keys",
          "ops", "instantaneous_ops_per_sec");

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public Reading read() {
    try (Server server = Server.open(target)) {
      Map<String, Long> sums = new TreeMap<>();
      long slowest = 0;
      for (Server.Primary primary : server.primaries()) {
        long began = System.nanoTime();
        primary.node().one(Call.of("PING"));
        slowest = Math.max(slowest, System.nanoTime() - began);
        Map<String, String> info = primary.node().info("memory", "stats");
        FIGURES.forEach((name, figure) ->
            sums.merge(name, Long.parseLong(info.getOrDefault(figure, "0")), Long::sum));
      }
      Map<String, Object> values = new TreeMap<>(sums);
      values.put("latency", Duration.ofNanos(slowest));
      return new Reading.Figures(values);
    } catch (SegueException e) {
      return new Reading.Unavailable(e.getMessage());
    }
  }
}
