package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.RedisTarget;
import dev.segue.change.RedisTarget.Layout;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.redis.wire.Server;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedis.Options;
import dev.segue.testkit.EmbeddedRedisCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/// What servers refuse, by name, and the state they are left in.
final class RefusalsTest {

  @TempDir private Path directory;

  private static RedisTarget target(
      int port, @Nullable String user, @Nullable String password, Layout layout) {
    Secret secret = password == null ? null : new Secret(password);
    return new RedisTarget("127.0.0.1", port, 0, null, user, secret, layout);
  }

  private static KeysBackfillStep step(RedisTarget target) {
    Task task = Tasks.hashes(target.port(), Keep.ASIDE);
    return new KeysBackfillStep(
        new Task(target, task.backfill(), task.conversion()), new Attendance(Duration.ZERO));
  }

  private void assertRefused(RedisTarget target, String code) {
    assertThatThrownBy(() -> step(target).apply(new TestContext(directory)))
        .isInstanceOfSatisfying(
            SegueException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.remedy()).isNotBlank();
              assertThat(e.getMessage()).contains("redis://127.0.0.1:" + target.port());
            });
  }

  private void assertMissing(int port, String user, String right) {
    RedisTarget target = target(port, user, "pw", Layout.AUTO);
    assertThatThrownBy(() -> step(target).apply(new TestContext(directory)))
        .isInstanceOfSatisfying(
            SegueException.class,
            e -> {
              assertThat(e.code()).isEqualTo("redis-no-permission");
              assertThat(e.remedy()).startsWith("ACL SETUSER " + user + " ").contains(right);
            });
  }

  private static List<Finding> ask(RedisTarget target) {
    return new KeysGate(step(target).task()).ask(_ -> {});
  }

  @Test
  void namesWhatIsWrongWithUserAndRights() {
    try (EmbeddedRedis redis =
            EmbeddedRedis.open(Options.defaults().with("requirepass", "secret"));
        Jedis jedis = redis.connect()) {
      jedis.auth("secret");
      jedis.hset("m:1", "a", "t:1");
      jedis.aclSetUser("careful", "on", ">pw", "~*", "+@all", "-eval", "-evalsha");
      jedis.aclSetUser("blind", "on", ">pw", "~*", "+@all", "-scan");

      assertRefused(target(redis.port(), null, null, Layout.AUTO), "redis-no-auth");
      assertRefused(target(redis.port(), null, "wrong", Layout.AUTO), "redis-no-auth");
      assertRefused(target(redis.port(), "careful", "pw", Layout.AUTO), "redis-scripts-forbidden");
      assertRefused(target(redis.port(), "blind", "pw", Layout.AUTO), "redis-no-permission");
      assertRefused(target(redis.port(), null, "secret", Layout.CLUSTER), "redis-layout");
      assertThat(jedis.keys("*")).containsExactly("m:1");
      assertThat(ask(target(redis.port(), "careful", "pw", Layout.AUTO)))
          .anyMatch(finding -> finding.refuses() && finding.message().contains("NOPERM"));
      assertThat(ask(target(redis.port(), null, "secret", Layout.AUTO)))
          .noneMatch(Finding::refuses);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void namesTheRightThatIsMissing(boolean installed) {
    Assumptions.assumeTrue(!installed || Files.isExecutable(EmbeddedRedis.INSTALLED));
    Options options = Options.defaults();
    try (EmbeddedRedis redis =
            EmbeddedRedis.open(installed ? options.from(EmbeddedRedis.INSTALLED) : options);
        Jedis jedis = redis.connect()) {
      jedis.hset("m:1", "a", "t:1");
      jedis.aclSetUser("narrow", "on", ">pw", "~m:*", "+@all");
      jedis.aclSetUser("elsewhere", "on", ">pw", "~segue:*", "+@all");
      jedis.aclSetUser("reader", "on", ">pw", "~*", "+@all", "-hset");
      jedis.aclSetUser("scripted", "on", ">pw", "~*", "+@all", "-set");
      jedis.aclSetUser("silent", "on", ">pw", "~*", "+@all", "-info");

      assertMissing(redis.port(), "narrow", "~segue:*");
      assertMissing(redis.port(), "elsewhere", "the pattern of the keys");
      for (String user : List.of("narrow", "elsewhere", "silent")) {
        assertThat(ask(target(redis.port(), user, "pw", Layout.AUTO))).anyMatch(Finding::refuses);
      }
      assertMissing(redis.port(), "reader", "+hset");
      assertMissing(redis.port(), "scripted", "set");
      assertMissing(redis.port(), "silent", "+info");
      assertThat(jedis.hget("m:1", "a")).isEqualTo("t:1");
    }
  }

  /// Without HDEL all would be converted and could not be taken back.
  @Test
  void theGateNamesRightsThatWouldBeMissedLater() {
    Assumptions.assumeTrue(Files.isExecutable(EmbeddedRedis.INSTALLED));
    try (EmbeddedRedis redis =
            EmbeddedRedis.open(Options.defaults().from(EmbeddedRedis.INSTALLED));
        Jedis jedis = redis.connect()) {
      jedis.hset("m:1", "a", "t:1");
      jedis.aclSetUser("oneway", "on", ">pw", "~*", "+@all", "-hdel", "-unlink");
      jedis.aclSetUser("counting", "on", ">pw", "~*", "+@all", "-hlen", "-hexists");
      jedis.aclSetUser("enough", "on", ">pw", "~m:*", "~segue:*", "+@all", "-@dangerous", "+info");

      assertThat(ask(target(redis.port(), "oneway", "pw", Layout.AUTO)))
          .filteredOn(Finding::refuses)
          .singleElement()
          .satisfies(finding ->
              assertThat(finding.remedy()).isEqualTo("ACL SETUSER oneway +unlink +hdel"));
      assertThat(ask(target(redis.port(), "counting", "pw", Layout.AUTO)))
          .filteredOn(Finding::refuses)
          .singleElement()
          .satisfies(finding ->
              assertThat(finding.remedy()).isEqualTo("ACL SETUSER counting +hlen +hexists"));
      assertThat(ask(target(redis.port(), "enough", "pw", Layout.AUTO)))
          .noneMatch(Finding::refuses);
    }
  }

  @Test
  void namesAServerThatDoesNotAnswerAndAReplica() {
    try (EmbeddedRedis primary = EmbeddedRedis.open();
        EmbeddedRedis replica =
            EmbeddedRedis.open(
                Options.defaults().with("replicaof", "127.0.0.1 " + primary.port()))) {
      RedisTarget copy = target(replica.port(), null, null, Layout.AUTO);
      assertRefused(copy, "redis-read-only");
      assertThat(ask(copy)).anyMatch(f -> f.refuses() && f.message().contains("replica"));
      primary.kill();
      RedisTarget dead = target(primary.port(), null, null, Layout.AUTO);
      assertRefused(dead, "redis-unreachable");
      assertThat(ask(dead)).allMatch(Finding::refuses);
    }
  }

  @Test
  void stopsWhenMemoryIsOutAndGoesOnWhenThereIsSome() {
    runsOutOfMemory(Options.defaults());
  }

  @Test
  void stopsWhenMemoryIsOutOnANewerServer() {
    Assumptions.assumeTrue(Files.isExecutable(EmbeddedRedis.INSTALLED));
    runsOutOfMemory(Options.defaults().from(EmbeddedRedis.INSTALLED));
  }

  private void runsOutOfMemory(Options options) {
    try (EmbeddedRedis redis = EmbeddedRedis.open(options);
        Jedis jedis = redis.connect()) {
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < 2_000; i++) {
          pipeline.hset("m:" + i, "a", "T:" + i);
        }
      }
      RedisTarget target = target(redis.port(), null, null, Layout.AUTO);
      jedis.configSet("maxmemory", "1mb");
      assertThat(ask(target)).anyMatch(f -> f.refuses() && f.overridable());

      assertRefused(target, "redis-out-of-memory");

      jedis.configSet("maxmemory", "0");
      KeysBackfillStep step = step(target);
      assertThat(step.apply(new TestContext(directory)).number("items")).hasValue(2_000L);
      step.takeBack(new TestContext(directory));
      assertThat(jedis.hget("m:7", "a")).isEqualTo("T:7");
      assertThat(jedis.keys("segue:*")).isEmpty();
    }
  }

  @Test
  void opensAClusterByAnyOfItsNodes() {
    try (EmbeddedRedisCluster cluster = EmbeddedRedisCluster.open(Options.defaults())) {
      int last = cluster.nodes().getLast().port();
      try (Server server = Server.open(target(last, null, null, Layout.AUTO))) {
        assertThat(server.cluster()).isTrue();
        assertThat(server.primaries())
            .extracting(primary -> primary.node().at().getPort())
            .containsExactlyElementsOf(cluster.nodes().stream().map(EmbeddedRedis::port).toList());
        assertThat(server.primaries().getFirst().slots()).containsExactly("0-5460");
      }
    }
  }
}
