package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Backfill;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.FailurePolicy;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedis.Options;
import dev.segue.testkit.EmbeddedRedisCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/// Ours, killed at any call, and Redis', killed in the middle.
final class KilledWalkTest {

  private static final int KEYS = 2_500;
  private static final int DEATHS = 4;

  @TempDir private Path directory;

  private static void fill(Jedis jedis, int n) {
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < n; i++) {
        pipeline.hset("m:" + i, Map.of("a", (i % 2 == 0 ? "t:" : "T:") + i, "b", "T:7"));
      }
    }
  }

  private static void assertOld(Jedis jedis, int n) {
    Map<String, Map<String, String>> wrong = new HashMap<>();
    for (int i = 0; i < n; i++) {
      Map<String, String> is = jedis.hgetAll("m:" + i);
      if (!is.equals(Map.of("a", (i % 2 == 0 ? "t:" : "T:") + i, "b", "T:7"))) {
        wrong.put("m:" + i, is);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  private static void assertNew(Jedis jedis, int n) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (!jedis.hmget("m:" + i, "a", "b").equals(List.of("" + i, "7"))) {
        wrong.add("m:" + i);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// Dies at a random call, again and again, until it comes through.
  private Facts dying(
      Random random, int port, Keep keep, Function<KeysBackfillStep, DeadOrAlive> act) {
    for (int i = 0; i < DEATHS; i++) {
      TestContext mortal = new TestContext(directory).diesAfter(random.nextInt(30));
      try {
        return act.apply(Tasks.step(Tasks.hashes(port, keep))).in(mortal);
      } catch (TestContext.Died e) {
        assertThat(Tasks.step(Tasks.hashes(port, keep)).observe(new TestContext(directory)))
            .isNotNull();
      }
    }
    return act.apply(Tasks.step(Tasks.hashes(port, keep))).in(new TestContext(directory));
  }

  private interface DeadOrAlive {
    Facts in(TestContext context);
  }

  /// A server that keeps nothing on disk comes back as it once was, without the place of the walk.
  @Test
  void badKeysCountAnewWhereTheServerHasLostThePlace() {
    FailurePolicy few = new FailurePolicy(FailurePolicy.Mode.LOG_AND_SKIP, null, 1_000_000, 0.015);
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      Task task =
          Tasks.task(redis.port(), Keep.BESIDE, Backfill.Shape.HASH, Labelled.TWO, few, 500);
      for (String bad : List.of("first", "second")) {
        jedis.flushAll();
        fill(jedis, KEYS);
        for (int i = 0; i < 14; i++) {
          jedis.hset("m:" + bad + i, "a", "garbage");
        }

        Facts facts = Tasks.step(task).apply(new TestContext(directory));

        assertThat(facts.number("failed")).hasValue(14L);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void goesOnWhereItWasKilled(Keep keep) {
    Random random = new Random(7);
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      fill(jedis, KEYS);

      Facts facts = dying(random, redis.port(), keep, step -> step::apply);

      assertNew(jedis, KEYS);
      assertThat(facts.number("items")).hasValue((long) KEYS);

      dying(random, redis.port(), keep, step -> step::takeBack);

      assertOld(jedis, KEYS);
      assertThat(Tasks.step(Tasks.hashes(redis.port(), keep)).observe(new TestContext(directory)))
          .isEqualTo(Observation.ABSENT);
    }
  }

  /// Kills the server at some calls of the run.
  private TestContext killing(EmbeddedRedis redis, int every) {
    AtomicInteger calls = new AtomicInteger();
    return new TestContext(directory)
        .atEachCall(() -> {
          int n = calls.incrementAndGet();
          if (n % every == 0 && n < 4 * every) {
            redis.kill();
            Thread.ofVirtual().start(redis::start);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void goesOnWhenAServerThatKeepsItsDataIsKilled(Keep keep) {
    try (EmbeddedRedis redis = EmbeddedRedis.open(Options.defaults().appendOnly())) {
      try (Jedis jedis = redis.connect()) {
        fill(jedis, KEYS);
      }
      KeysBackfillStep step = Tasks.step(Tasks.hashes(redis.port(), keep));

      Facts facts = step.apply(killing(redis, 25));

      try (Jedis jedis = redis.connect()) {
        assertNew(jedis, KEYS);
      }
      assertThat(facts.number("items")).hasValue((long) KEYS);
      step.takeBack(killing(redis, 25));
      try (Jedis jedis = redis.connect()) {
        assertOld(jedis, KEYS);
      }
    }
  }

  @Test
  void convertsWhatAServerThatForgetsHasAfterItsRestart() {
    try (EmbeddedRedis redis = EmbeddedRedis.open()) {
      try (Jedis jedis = redis.connect()) {
        fill(jedis, KEYS);
        jedis.save();
      }
      KeysBackfillStep step = Tasks.step(Tasks.hashes(redis.port(), Keep.ASIDE));

      Facts facts = step.apply(killing(redis, 25));

      try (Jedis jedis = redis.connect()) {
        assertNew(jedis, KEYS);
        assertThat(facts.number("items")).hasValue((long) KEYS);
        step.takeBack(new TestContext(directory));
        assertOld(jedis, KEYS);
      }
    }
  }

  @Test
  void goesOnInAClusterWhoseNodeIsKilled() {
    try (EmbeddedRedisCluster cluster =
        EmbeddedRedisCluster.open(Options.defaults().appendOnly())) {
      int port = cluster.nodes().getFirst().port();
      try (var client =
          redis.clients.jedis.RedisClusterClient.create(
              new redis.clients.jedis.HostAndPort("127.0.0.1", port))) {
        for (int i = 0; i < 1_000; i++) {
          client.hset("m:" + i, Map.of("a", "T:" + i, "b", "t:7"));
        }
        KeysBackfillStep step = Tasks.step(Tasks.hashes(port, Keep.ASIDE));

        Facts facts = step.apply(killing(cluster.nodes().get(1), 15));

        assertThat(facts.number("items")).hasValue(1_000L);
        for (int i = 0; i < 1_000; i++) {
          assertThat(client.hmget("m:" + i, "a", "b")).containsExactly("" + i, "7");
        }
        client.hset("m:5", "a", "55");
        step.takeBack(new TestContext(directory));
        for (int i = 0; i < 1_000; i++) {
          String old = i == 5 ? "t:55" : "T:" + i;
          assertThat(client.hgetAll("m:" + i)).isEqualTo(Map.of("a", old, "b", "t:7"));
        }
      }
      for (EmbeddedRedis node : cluster.nodes()) {
        try (Jedis jedis = node.connect()) {
          assertThat(jedis.keys("segue:*")).isEmpty();
        }
      }
    }
  }
}
