package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Shape;
import dev.segue.conductor.Facts;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Conversions;
import dev.segue.testkit.EmbeddedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/// How many hashes with a date a second get their new form, and the old one back.
final class ThroughputMain {

  private static final int KEYS = 200_000;

  private ThroughputMain() {}

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("throughput");
    for (Keep keep : List.of(Keep.BACKUP, Keep.BESIDE, Keep.ASIDE, Keep.BESIDE, Keep.ASIDE)) {
      try (EmbeddedRedis redis = EmbeddedRedis.open();
          Jedis jedis = redis.connect()) {
        try (Pipeline pipeline = jedis.pipelined()) {
          for (int i = 0; i < KEYS; i++) {
            pipeline.hset(
                "m:" + i,
                Map.of(
                    "joined",
                    "2024-01-15T10:30:00.12345%d+08:00".formatted(i % 10),
                    "name",
                    "n" + i));
          }
        }
        Task task = task(redis.port(), keep);
        KeysBackfillStep step = Tasks.step(task);
        double before = cpu(jedis);
        long own = own();
        show(keep + " there", step.apply(new TestContext(directory)));
        System.out.println("cpu redis " + (cpu(jedis) - before) + " own " + (own() - own) / 1e9);
        before = cpu(jedis);
        own = own();
        show(keep + " back", step.takeBack(new TestContext(directory)));
        System.out.println("cpu redis " + (cpu(jedis) - before) + " own " + (own() - own) / 1e9);
      }
    }
  }

  private static double cpu(Jedis jedis) {
    String info = jedis.info("cpu");
    return Double.parseDouble(info.replaceAll("(?s).*used_cpu_user:([0-9.]+).*", "$1"))
        + Double.parseDouble(info.replaceAll("(?s).*used_cpu_sys:([0-9.]+).*", "$1"));
  }

  private static long own() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void show(String what, Facts facts) {
    double first = facts.number("seconds").orElse(0L);
    System.out.println(what + " " + facts.values() + " " + first);
  }

  private static Task task(int port, Keep keep) {
    Task labels = Tasks.task(port, keep, Shape.HASH, Labelled.TWO, Tasks.SKIP, 500);
    var keys = labels.backfill();
    var dates =
        new dev.segue.change.Backfill.Keys(
            keys.where(),
            keys.name(),
            keys.keys(),
            List.of(
                new dev.segue.change.ValueChange.DatetimeToEpoch(
                    keys.where(), List.of("joined"), null, ZoneOffset.UTC, 6)),
            keys.pace(),
            keys.failures(),
            keep);
    Conversion conversion = Conversions.of(dates);
    return new Task(labels.target(), dates, conversion);
  }
}
