package dev.segue.redis.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.segue.change.RedisBackup.Verification;
import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.redis.backup.RedisRestore.Found;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Server;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedisCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.SetParams;

class RedisBackupTest {

  private static final Instant NOON = Instant.parse("2026-02-03T12:00:00Z");
  private static final int MEMBERS = 2_000;

  private static EmbeddedRedis redis;

  @TempDir private Path place;
  private Path backup;

  @BeforeAll
  static void start() {
    redis = EmbeddedRedis.open(Snapshots.server());
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void fill() {
    backup = place.resolve("dates-20260203-120000Z.redis");
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
      fill(jedis);
      jedis.select(3);
      jedis.set("elsewhere", "1");
    }
  }

  /// One of each kind, small and large: the large ones are stored in another way.
  private static void fill(Jedis jedis) {
    Pipeline pipeline = jedis.pipelined();
    for (int i = 0; i < MEMBERS; i++) {
      pipeline.hset("member:" + i, Map.of("name", "n" + i, "joined", "2024-01-02T03:04:05+08:00"));
    }
    for (int i = 0; i < 600; i++) {
      pipeline.hset("large:hash", "f" + i, "v" + i);
      pipeline.sadd("large:set", "m" + i);
      pipeline.zadd("large:zset", i, "m" + i);
      pipeline.rpush("large:list", "e" + i);
    }
    pipeline.set("text", "é\0\r\n");
    pipeline.set("session", "s", SetParams.setParams().ex(600));
    pipeline.sync();
  }

  private Snapshots snapshots() {
    return Snapshots.of(redis.url(), place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void takesASnapshotOverTheWireAndProvesItByLoading(String diskless) throws IOException {
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("repl-diskless-sync", diskless);
    }
    Step step = snapshots().step();
    BackupRun run = new BackupRun("dates-1", NOON);
    assertThat(step.observe(run)).isEqualTo(Observation.ABSENT);

    Facts facts = step.apply(run);

    assertThat(facts.values())
        .containsEntry("path", backup.toString())
        .containsEntry("nodes", 1L)
        .containsEntry("keys", MEMBERS + 7L)
        .containsEntry("checksummed", true)
        .containsEntry("verified", "loaded; numbers of keys and a sample of them are equal")
        .containsEntry("sample_written_since", 0L);
    assertThat(facts.number("sample_equal").orElseThrow()).isGreaterThan(900);
    assertThat(step.observe(run))
        .asInstanceOf(type(Observation.Present.class))
        .satisfies(present ->
            assertThat(present.facts().values()).containsEntry("path", backup.toString()));
    assertThat(step.observe(new BackupRun("dates-2", NOON))).isEqualTo(Observation.ABSENT);
    try (Stream<Path> files = Files.list(backup)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("0001.rdb", "manifest.json", "origin");
    }
  }

  @Test
  void whatIsWrittenMeanwhileDoesNotCastDoubtOnIt() {
    BackupRun run = new BackupRun("dates-1", NOON);
    try (Jedis jedis = redis.connect()) {
      int[] next = {0};
      run.whilePaused =
          () -> {
            jedis.hset("member:" + next[0], "joined", "now");
            jedis.set("new:" + next[0]++, "1");
            jedis.del("member:" + (MEMBERS - next[0]));
          };
      assertThat(snapshots().step().apply(run).values()).containsKey("sample_equal");
      assertThat(next[0]).isPositive();
    }
  }

  @Test
  void onlyTheNewestStayAndHalfOnesGo() throws IOException {
    Snapshots kept = snapshots().verifiedBy(Verification.CHECKSUM).keeping(1);
    Files.createDirectories(place.resolve("dates-20260203-110000Z.redis.partial"));
    BackupRun first = new BackupRun("dates-1", NOON);
    assertThat(kept.step().observe(first)).isInstanceOf(Observation.Partial.class);
    kept.step().apply(first);
    assertThat(kept.step().apply(new BackupRun("dates-2", NOON.plus(Duration.ofHours(1)))).values())
        .containsEntry("older_removed", 1L)
        .containsEntry("verified", "checksum read back, not loaded");
    try (Stream<Path> left = Files.list(place)) {
      assertThat(left).containsExactly(place.resolve("dates-20260203-130000Z.redis"));
    }
  }

  @Test
  void keysComeBackWithTheirTimes() {
    snapshots().step().apply(new BackupRun("dates-1", NOON));
    long expires;
    try (Jedis jedis = redis.connect()) {
      expires = jedis.pttl("session");
      jedis.hset("member:1", "joined", "1704135845");
      jedis.hset("member:2", "more", "x");
      jedis.del("member:3", "session");
      jedis.sadd("large:set", "another");
      jedis.del("large:list");
      jedis.set("large:list", "of another kind");
      jedis.set("since", "stays");
    }
    RedisRestore members = snapshots().restore(backup, "member:*");
    assertThat(members.compare((_, _) -> {}))
        .isEqualTo(new Found("dates", NOON, MEMBERS, 2, 1, 0, 0));
    RedisRestore all = snapshots().restore(backup, "*");
    assertThat(all.restore((_, _) -> {}))
        .isEqualTo(new Found("dates", NOON, MEMBERS + 6, 4, 2, 6, 0));
    assertThat(all.compare((_, _) -> {}).toDo()).isZero();
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.hgetAll("member:1")).containsEntry("joined", "2024-01-02T03:04:05+08:00");
      assertThat(jedis.pttl("session")).isBetween(expires - 60_000, expires);
      assertThat(jedis.get("since")).isEqualTo("stays");
      assertThat(jedis.lrange("large:list", 598, -1)).containsExactly("e598", "e599");
    }
  }

  @Test
  void oneDamagedByteIsFound() throws IOException {
    snapshots().step().apply(new BackupRun("dates-1", NOON));
    Path file = backup.resolve("0001.rdb");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(Rdb.check(file).checksummed()).isTrue();
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Rdb.check(file)).hasMessageContaining("checksum");
    assertThatThrownBy(() -> snapshots().restore(backup, "*").compare((_, _) -> {}))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("backup-damaged"));
    assertThatThrownBy(() ->
            ScratchRedis.load(Making.program(Snapshots.TOOLS, Map.of()), file, 3, (_, _) -> {}))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("backup-not-loaded"));
  }

  @Test
  void aSnapshotOfLessIsNotTakenForTheWhole() throws IOException {
    snapshots().step().apply(new BackupRun("dates-1", NOON));
    try (Jedis jedis = redis.connect()) {
      jedis.select(3);
      jedis.set("more", "1");
    }
    RedisTarget target = snapshots().target();
    try (Node node = Node.open(target);
        ScratchRedis scratch =
            ScratchRedis.load(
                Making.program(Snapshots.TOOLS, Map.of()),
                backup.resolve("0001.rdb"),
                3,
                (_, _) -> {})) {
      Keyspace now = Keyspace.read(node);
      assertThatThrownBy(
              () -> new Proof(node, now, now, System.nanoTime()).of(scratch, (_, _) -> {}))
          .hasMessageContaining("database 3 has 2 keys, and 1 were loaded");
    }
  }

  @Test
  void whoMayNotTakeASnapshotIsToldSo() {
    try (Jedis jedis = redis.connect()) {
      jedis.aclSetUser("app", "on", ">secret", "~*", "+@all", "-psync");
    }
    Snapshots forbidden =
        Snapshots.of(redis.url().replace("redis://", "redis://app:secret@"), place);
    assertThatThrownBy(() -> forbidden.step().apply(new BackupRun("dates-1", NOON)))
        .isInstanceOfSatisfying(
            SegueException.class,
            e -> {
              assertThat(e.code()).isEqualTo("redis-snapshot-forbidden");
              assertThat(e.remedy()).startsWith("ACL SETUSER app +psync");
            });
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void theGateAsksForWhatTheStepNeeds() {
    assertThat(snapshots().ask()).noneMatch(Finding::refuses);
    assertThat(Snapshots.of("redis://127.0.0.1:1", place).ask()).anyMatch(Finding::refuses);
  }

  @Test
  void everyNodeOfAClusterIsBackedUp() {
    try (EmbeddedRedisCluster cluster = EmbeddedRedisCluster.open(Snapshots.server())) {
      Snapshots snapshots = Snapshots.of(cluster.url(), place);
      try (Server server = Server.open(snapshots.target())) {
        for (int i = 0; i < 100; i++) {
          server.one(Call.at("key:" + i, "SET", "v"));
        }
      }
      assertThat(snapshots.step().apply(new BackupRun("dates-1", NOON)).values())
          .containsEntry("nodes", 3L)
          .containsEntry("keys", 100L);
      try (Jedis jedis = cluster.nodes().getFirst().connect()) {
        jedis.flushAll();
      }
      Found found = snapshots.restore(backup, "*").restore((_, _) -> {});
      assertThat(found.keys()).isEqualTo(100);
      assertThat(found.restored()).isEqualTo(found.missing()).isBetween(20L, 50L);
      assertThat(snapshots.restore(backup, "*").compare((_, _) -> {}).toDo()).isZero();
    }
  }

  @Test
  void theChecksumIsTheOneOfJones() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    Crc64 crc = new Crc64();
    crc.update(digits, 0, 9);
    assertThat(crc.value()).isEqualTo(0xe9c6d914c4b8d9caL);
    Crc64 pieces = new Crc64();
    pieces.update(digits, 0, 2);
    pieces.update(digits, 2, 7);
    assertThat(pieces.value()).isEqualTo(crc.value());
  }
}
