package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Verdict;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.BackfillPace;
import dev.segue.change.BatchTime;
import dev.segue.conductor.Facts;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedis.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/// A server and its replica get into each of the straits that a walk stands still for, and out of
/// them again.
final class LimitsTest {

  private static final int KEYS = 1_000;

  private static EmbeddedRedis primary;
  private static EmbeddedRedis replica;
  private static String pidOfReplica = "";

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    primary =
        EmbeddedRedis.open(
            Options.defaults()
                .with("repl-backlog-size", "64kb")
                .with("repl-diskless-sync-delay", "0"));
    replica =
        EmbeddedRedis.open(Options.defaults().with("replicaof", "127.0.0.1 " + primary.port()));
    try (Jedis jedis = replica.connect()) {
      pidOfReplica = jedis.info("server").replaceAll("(?s).*process_id:(\\d+).*", "$1");
    }
  }

  @AfterAll
  static void stop() {
    replica.close();
    primary.close();
  }

  @AfterEach
  void calm() {
    signal("CONT");
    set("maxmemory", "0");
    set("rdb-key-save-delay", "0");
  }

  @BeforeEach
  void fill() {
    try (Jedis jedis = primary.connect()) {
      jedis.flushAll();
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < KEYS; i++) {
          pipeline.hset("m:" + i, Map.of("a", "T:" + i, "b", "t:7"));
        }
      }
      await().until(() -> jedis.waitReplicas(1, 1_000) == 1);
    }
  }

  private static BackfillPace pace(
      @Nullable Duration lag, @Nullable Double memory, @Nullable Double backlog) {
    return new BackfillPace(
        1, BatchTime.OF_KEYS, 20, BackfillPace.Limits.ofKeys(lag, null, memory, backlog), null);
  }

  /// @param told when the walk stands still
  private void standsStill(BackfillPace pace, String told, Runnable cause, Runnable relief) {
    Task all = Tasks.hashes(primary.port(), Keep.ASIDE);
    Task task = new Task(all.target(), all.backfill().withPace(pace), all.conversion());
    TestContext context = new TestContext(directory);
    AtomicInteger calls = new AtomicInteger();
    AtomicBoolean relieved = new AtomicBoolean();
    try (Signals signals = RedisSignals.open(task.target(), pace)) {
      context.atEachCall(() -> {
        if (calls.incrementAndGet() == 8) {
          cause.run();
          // So long that the walk's own signals have seen it, too.
          await().during(Duration.ofMillis(600)).until(() -> stops(signals, told));
        } else if (context.said("stands still: " + told) && !relieved.getAndSet(true)) {
          relief.run();
        }
      });

      Facts facts = Tasks.step(task).apply(context);

      assertThat(relieved).isTrue();
      assertThat(facts.number("items")).hasValue((long) KEYS);
      assertThat(facts.number("throttled_ms").orElseThrow()).isPositive();
    }
    Tasks.step(task).takeBack(new TestContext(directory));
  }

  private static boolean stops(Signals signals, String told) {
    return signals.verdict(Instant.now()) instanceof Verdict.Stop(String why)
        && why.startsWith(told);
  }

  private static void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, pidOfReplica).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void forAReplicaThatIsBehindInTime() {
    standsStill(
        pace(Duration.ofMillis(1_500), null, null),
        "replica lag is ",
        () -> {
          signal("STOP");
          write(1);
        },
        () -> signal("CONT"));
  }

  @Test
  void forAReplicaThatLacksMuchOfTheBacklog() {
    standsStill(
        pace(null, null, 0.5),
        "share of the replication backlog a replica lacks is ",
        () -> {
          signal("STOP");
          write(40_000);
        },
        () -> signal("CONT"));
  }

  private static void write(int bytes) {
    try (Jedis jedis = primary.connect()) {
      jedis.set("other", "x".repeat(bytes));
    }
  }

  private static void set(String name, String value) {
    try (Jedis jedis = primary.connect()) {
      jedis.configSet(name, value);
    }
  }

  @Test
  void forMemoryThatIsNearlyUsedUp() {
    standsStill(
        pace(null, 0.5, null),
        "share of maxmemory in use is ",
        () -> {
          try (Jedis jedis = primary.connect()) {
            String used = jedis.info("memory").replaceAll("(?s).*used_memory:(\\d+).*", "$1");
            jedis.configSet("maxmemory", "" + Long.parseLong(used) * 5 / 4);
          }
        },
        () -> set("maxmemory", "0"));
  }

  @Test
  void notOnTheWayBackNorAtTheEndForMemory() {
    Task all = Tasks.hashes(primary.port(), Keep.BESIDE);
    Task task =
        new Task(all.target(), all.backfill().withPace(pace(null, 0.01, null)), all.conversion());
    for (boolean back : List.of(true, false)) {
      TestContext context = new TestContext(directory);
      Tasks.step(all).apply(context);
      set("maxmemory", "100mb");
      context.atEachCall(() -> {
        if (context.said("share of maxmemory")) {
          set("maxmemory", "0");
        }
      });

      if (back) {
        Tasks.step(task).takeBack(context);
      } else {
        new KeysForgetStep(task, new Attendance(Duration.ofSeconds(20))).apply(context);
      }

      assertThat(context.said("share of maxmemory")).isFalse();
      set("maxmemory", "0");
      try (Jedis jedis = primary.connect()) {
        assertThat(jedis.hgetAll("m:7"))
            .isEqualTo(back ? Map.of("a", "T:7", "b", "t:7") : Map.of("a", "7", "b", "7"));
      }
    }
  }

  @Test
  void forASnapshotThatIsBeingWritten() {
    set("rdb-key-save-delay", "2000");
    standsStill(
        pace(null, null, null),
        "number of snapshots being written is 1",
        () -> {
          try (Jedis jedis = primary.connect()) {
            jedis.bgsave();
          }
        },
        () -> {});
  }
}
