package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.testkit.EmbeddedRedis.Options;
import dev.segue.testkit.EmbeddedRedisCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;

/// Keys on every node of a cluster, at the pace that nobody asked for, with a value in the place of
/// what is no date.
@Tag("acceptance")
class DatesInAClusterTest {

  private static final int KEYS = 600;
  private static final int EVERY = 100;

  @TempDir private Path directory;

  @Test
  void convertedWithADefaultAndBackToTheByte() throws Exception {
    try (EmbeddedRedisCluster cluster = EmbeddedRedisCluster.open(Options.defaults());
        RedisClusterClient client =
            RedisClusterClient.create(
                new HostAndPort("127.0.0.1", cluster.nodes().getFirst().port()))) {
      for (int i = 0; i < KEYS; i++) {
        String joined = i % EVERY == 0 ? "soon" : "2024-01-02T03:04:05Z";
        client.hset("member:" + i, Map.of("name", "n" + i, "joined", joined));
      }
      client.expire("member:7", 10_000);
      Map<String, Map<String, String>> before = members(client);
      Path file =
          Files.writeString(
              directory.resolve("change.yaml"),
              """
              change: dates
              redis: { url: "${REDIS_URL}" }
              backfill:
                - keys: "member:*"
                  name: joined
                  convert: [{ datetime-to-epoch: { fields: [joined] } }]
              """);
      Segue segue = new Segue(Map.of("REDIS_URL", cluster.url()));

      Result run = segue.run("backfill", "run", file.toString(), "--failure-mode", "default:0");
      assertThat(run.exit()).as(run.all()).isZero();
      assertThat(run.out()).contains("keys migrated", "✓ met");
      Map<String, Map<String, String>> after = members(client);
      before.forEach((key, member) -> {
        String made = member.containsValue("soon") ? "0" : "1704164645.0";
        assertThat(after.get(key)).as(key).containsEntry("joined", made);
      });
      Result verify = segue.run("backfill", "verify", file.toString(), "--check-data");
      assertThat(verify.exit()).as(verify.all()).isZero();
      assertThat(verify.out()).contains("0 different").doesNotContain("written since");
      client.hset("member:8", "joined", "1800000000");
      Result since = segue.run("backfill", "verify", file.toString(), "--check-data");
      assertThat(since.exit()).as(since.all()).isEqualTo(1);
      assertThat(since.out()).contains("0 different, 1 written since in the new form", "member:8");
      Result allowed =
          segue.run("backfill", "verify", file.toString(), "--check-data", "--allow-written");
      assertThat(allowed.exit()).as(allowed.all()).isZero();
      client.hset("member:8", "joined", "1704164645.0");
      Result back = segue.run("backfill", "rollback", file.toString());
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(members(client)).isEqualTo(before);
      assertThat(client.ttl("member:7")).isPositive();
    }
  }

  private static Map<String, Map<String, String>> members(RedisClusterClient client) {
    Map<String, Map<String, String>> members = new TreeMap<>();
    for (int i = 0; i < KEYS; i++) {
      members.put("member:" + i, client.hgetAll("member:" + i));
    }
    return members;
  }
}
