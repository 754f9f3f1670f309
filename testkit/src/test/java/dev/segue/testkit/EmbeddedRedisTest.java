package dev.segue.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.testkit.EmbeddedRedis.Options;
import java.nio.file.Files;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisConnectionException;

final class EmbeddedRedisTest {

  @Test
  void keepsAcknowledgedWritesOfAnAppendOnlyServerThatIsKilled() {
    try (EmbeddedRedis redis = EmbeddedRedis.open(Options.defaults().appendOnly())) {
      try (Jedis jedis = redis.connect()) {
        jedis.set("a", "1");
        redis.kill();
        assertThat(redis.isRunning()).isFalse();
        assertThatThrownBy(() -> jedis.get("a")).isInstanceOf(JedisConnectionException.class);
      }

      redis.start();

      try (Jedis jedis = redis.connect()) {
        assertThat(jedis.get("a")).isEqualTo("1");
      }
    }
  }

  @Test
  void forgetsWhenItIsKilledAndLeavesNothingBehind() {
    EmbeddedRedis redis = EmbeddedRedis.open();
    try (redis) {
      try (Jedis jedis = redis.connect()) {
        jedis.set("a", "1");
      }
      redis.restart();
      try (Jedis jedis = redis.connect()) {
        assertThat(jedis.dbSize()).isZero();
      }
    }
    assertThat(redis.directory()).doesNotExist();
  }

  @Test
  void runsAnotherServer() {
    Assumptions.assumeTrue(Files.isExecutable(EmbeddedRedis.INSTALLED));
    Options installed = Options.defaults().from(EmbeddedRedis.INSTALLED);
    try (EmbeddedRedis redis = EmbeddedRedis.open(installed.with("requirepass", "secret"));
        Jedis jedis = redis.connect()) {
      jedis.auth("secret");
      assertThat(jedis.info("server")).doesNotContain("redis_version:6.2");
    }
  }

  @Test
  void saysWhyItDoesNotStart() {
    Options wrong = Options.defaults().with("maxmemory", "many");

    assertThatThrownBy(() -> EmbeddedRedis.open(wrong))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("maxmemory");
  }

  @Test
  void makesAClusterThatSurvivesTheRestartOfANode() {
    try (EmbeddedRedisCluster cluster =
        EmbeddedRedisCluster.open(Options.defaults().appendOnly())) {
      HostAndPort one = new HostAndPort("127.0.0.1", cluster.nodes().getLast().port());
      try (RedisClusterClient client = RedisClusterClient.create(java.util.Set.of(one))) {
        IntStream.range(0, 100).forEach(i -> client.set("key" + i, "v" + i));
        cluster.nodes().get(1).restart();
        cluster.awaitOk();
        IntStream.range(0, 100).forEach(i -> assertThat(client.get("key" + i)).isEqualTo("v" + i));
      }
      for (EmbeddedRedis node : cluster.nodes()) {
        try (Jedis jedis = node.connect()) {
          assertThat(jedis.dbSize()).isBetween(10L, 60L);
        }
      }
    }
  }
}
