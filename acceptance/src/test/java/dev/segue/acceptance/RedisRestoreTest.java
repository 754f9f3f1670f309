package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.testkit.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/// A backfill that keeps no old values: what it made is converted back, and the text as it was
/// comes from the backup, by the command that the way back names.
@Tag("acceptance")
class RedisRestoreTest {

  private static final int MEMBERS = 200;

  @TempDir private Path place;

  @Test
  void theTextAsItWasComesFromTheBackup() throws IOException {
    try (EmbeddedRedis redis =
        EmbeddedRedis.open(
            EmbeddedRedis.Options.defaults().with("repl-diskless-sync-delay", "0"))) {
      Segue segue = new Segue(Map.of("REDIS_URL", redis.url()));
      Path file = changeFile();
      Map<String, Map<String, String>> before = filled(redis);

      Result run = segue.run("run", file.toString());
      assertThat(run.exit()).as(run.all()).isZero();
      assertThat(members(redis).get("member:1")).containsEntry("joined", "1704164646.5");
      Result back = segue.run("rollback", file.toString());
      assertThat(back.exit()).as(back.all()).isLessThan(2);
      try (Jedis jedis = redis.connect()) {
        jedis.hset("member:7", "joined", "written since");
        jedis.set("since", "stays");
      }

      String backup = backup().toString();
      Result asked = segue.run("restore", backup, "--into", "REDIS_URL", tools());
      assertThat(asked.exit()).as(asked.all()).isEqualTo(3);
      assertThat(asked.out()).contains("Of 200 keys").contains("Nothing was changed");
      assertThat(members(redis).get("member:7")).containsEntry("joined", "written since");
      Result restored = segue.run("restore", backup, "--into", "REDIS_URL", tools(), "--yes");
      assertThat(restored.exit()).as(restored.all()).isZero();
      assertThat(members(redis)).isEqualTo(before);
      try (Jedis jedis = redis.connect()) {
        assertThat(jedis.get("since")).isEqualTo("stays");
      }
    }
  }

  private Path changeFile() throws IOException {
    Path program = ExecutableProvider.newJarResourceProvider(place.toFile()).get().toPath();
    Files.createDirectory(place.resolve("tools"));
    Files.move(program, place.resolve("tools/redis-server"));
    return Files.writeString(
        place.resolve("change.yaml"),
        """
        change: dates
        redis: { url: "${REDIS_URL}" }
        backup: { redis: { to: backups, server-tools: tools } }
        backfill:
          - keys: "member:*"
            name: joined
            convert: [{ datetime-to-epoch: { fields: [joined] } }]
            keep: backup
            pace: { share: full }
        """);
  }

  private String tools() {
    return "--server-tools=" + place.resolve("tools");
  }

  private Path backup() throws IOException {
    try (Stream<Path> backups = Files.list(place.resolve("backups"))) {
      return backups.filter(path -> path.toString().endsWith("Z.redis")).findFirst().orElseThrow();
    }
  }

  /// Half of the texts are not what a time converted back is written as.
  private static Map<String, Map<String, String>> filled(EmbeddedRedis redis) {
    try (Jedis jedis = redis.connect()) {
      for (int i = 0; i < MEMBERS; i++) {
        jedis.hset(
            "member:" + i,
            Map.of("joined", i % 2 == 0 ? "2024-01-02T03:04:05Z" : "2024-01-02T11:04:06.5+08:00"));
      }
    }
    return members(redis);
  }

  private static Map<String, Map<String, String>> members(EmbeddedRedis redis) {
    Map<String, Map<String, String>> members = new TreeMap<>();
    try (Jedis jedis = redis.connect()) {
      for (int i = 0; i < MEMBERS; i++) {
        members.put("member:" + i, jedis.hgetAll("member:" + i));
      }
    }
    return members;
  }
}
