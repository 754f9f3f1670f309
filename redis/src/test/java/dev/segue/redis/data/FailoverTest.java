package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Shape;
import dev.segue.change.SegueException;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedis.Options;
import dev.segue.testkit.EmbeddedRedisCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;

/// Of a cluster, a node dies or steps back while its keys are converted, and another takes its
/// place, or nobody.
final class FailoverTest {

  private static final int KEYS = 1_500;
  private static final int AT = 12;

  private static EmbeddedRedisCluster cluster;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    cluster =
        EmbeddedRedisCluster.open(
            Options.defaults()
                .appendOnly()
                .with("cluster-node-timeout", "1000")
                .with("cluster-require-full-coverage", "no")
                .with("repl-diskless-sync-delay", "0"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static RedisClusterClient filled(EmbeddedRedis seed) {
    RedisClusterClient client =
        RedisClusterClient.create(new HostAndPort("127.0.0.1", seed.port()));
    for (int i = 0; i < KEYS; i++) {
      client.hset("m:" + i, Map.of("a", "T:" + i, "b", "t:7"));
    }
    return client;
  }

  private static void assertAll(RedisClusterClient client, String a, String b) {
    Map<String, Map<String, String>> wrong = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      Map<String, String> is = client.hgetAll("m:" + i);
      if (!is.equals(Map.of("a", a + i, "b", b))) {
        wrong.put("m:" + i, is);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private TestContext at(int call, Runnable what) {
    AtomicInteger calls = new AtomicInteger();
    return new TestContext(directory)
        .atEachCall(() -> {
          if (calls.incrementAndGet() == call) {
            what.run();
          }
        });
  }

  private static KeysBackfillStep step(EmbeddedRedis seed, Duration patience) {
    Task task = Tasks.task(seed.port(), Keep.ASIDE, Shape.HASH, Labelled.TWO, Tasks.SKIP, 50);
    return new KeysBackfillStep(task, new Attendance(patience));
  }

  @Test
  void goesOnAtWhoeverTakesOver() {
    EmbeddedRedis named = cluster.nodes().getFirst();
    EmbeddedRedis replica = cluster.replicate(named);
    KeysBackfillStep step = step(named, Duration.ofSeconds(20));
    try (RedisClusterClient client = filled(cluster.nodes().get(1))) {
      awaitCopied(named);
      TestContext context = at(AT, named::kill);

      step.apply(context);

      assertThat(context.said("waiting for Redis")).isTrue();
      assertAll(client, "", "7");

      named.start();
      awaitCopied(replica);
      step.takeBack(at(AT, () -> takesOver(named)));

      assertAll(client, "T:", "t:7");
    }
  }

  private static void takesOver(EmbeddedRedis replica) {
    try (Jedis jedis = replica.connect()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> {
            boolean done = jedis.role().getFirst().equals("master");
            if (!done) {
              jedis.clusterFailover();
            }
            return done;
          });
    }
  }

  /// All that it was sent is at its replica, too.
  private static void awaitCopied(EmbeddedRedis primary) {
    try (Jedis jedis = primary.connect()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> jedis.waitReplicas(1, 1_000) == 1);
    }
  }

  @Test
  void saysThatNobodyServesSomeKeysAndGoesOnWhenSomebodyDoes() {
    EmbeddedRedis lonely = cluster.nodes().getLast();
    KeysBackfillStep step = step(cluster.nodes().get(1), Duration.ofSeconds(3));
    try (RedisClusterClient client = filled(cluster.nodes().get(1))) {

      assertThatThrownBy(() -> step.apply(at(AT, lonely::kill)))
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> {
                assertThat(e.code()).isEqualTo("redis-cluster-down");
                assertThat(e.getMessage()).contains("serves slot 10922");
                assertThat(e.remedy()).contains("CLUSTER INFO");
              });

      lonely.start();
      cluster.awaitOk();
      step.apply(new TestContext(directory));
      assertAll(client, "", "7");
    }
  }
}
