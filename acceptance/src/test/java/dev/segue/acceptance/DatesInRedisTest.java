package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.examples.shop.Contents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Keys get a new form, whatever dies meanwhile, and have their old one back to the byte.
@Tag("acceptance")
class DatesInRedisTest {

  private static final int TAKEN_BACK = 1;
  private static final int BAD_INPUT = 2;
  private static final int REFUSED = 3;
  private static final int NEEDS_PERSON = 4;
  private static final int ITEMS = 20_000;
  private static final int FEWER = 8_000;
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void theExampleGoesThereAndBackFromOneCommand() {
    Result demo = new Segue(Map.of()).run("demo", "redis-datetime", "--json");
    assertThat(demo.exit()).as(demo.all()).isZero();
    JsonNode figures = JsonMapper.shared().readTree(demo.out());
    assertThat(figures.path("outcome").asString()).isEqualTo("ok");
    assertThat(figures.path("items").asInt()).isEqualTo(200_000);
    assertThat(figures.path("back").path("different").asLong()).isZero();
    assertThat(figures.path("for_good").path("writes").asLong()).isGreaterThan(1_000);
    System.out.println(demo.out());
  }

  @Test
  void killedAgainAndAgainNothingIsDoneTwiceAndNothingMissed() throws Exception {
    try (RedisStage stage = RedisStage.open(FEWER).slowly()) {
      Contents before = stage.contents();
      Random random = new Random();
      long seen = 0;
      for (int i = 0; i < 3; i++) {
        long least = seen + 100 + random.nextInt(500);
        Running run = stage.start("backfill run");
        await("some keys are converted")
            .atMost(SOON)
            .until(() -> stage.converted() > least || !run.process().isAlive());
        run.kill();
        seen = stage.converted();
      }
      Running last = stage.start("backfill run");
      Result paced = stage.segue("backfill pace", "full");
      assertThat(paced.exit()).as(paced.all()).isZero();
      Result done = last.await();
      assertThat(done.exit()).as(done.all()).isZero();
      assertThat(done.out()).contains("keys migrated", "success rate", "✓ met");
      Result verify = stage.segue("backfill verify", "--check-data");
      assertThat(verify.exit()).as(verify.all()).isZero();
      assertThat(verify.out()).contains("0 different").doesNotContain("written since");
      Result back = stage.segue("backfill rollback", "--reason", "to compare");
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(stage.contents().differences(before, Set.of())).isZero();
    }
  }

  @Test
  void pausedFromAnotherTerminalItStandsStillAndStaysSoWhenKilled() throws Exception {
    try (RedisStage stage = RedisStage.open(FEWER).slowly()) {
      Running run = stage.start("backfill run");
      await("some keys are converted").atMost(SOON).until(() -> stage.converted() > 200);
      Result pause = stage.segue("backfill pause", "--reason", "lunch hour");
      assertThat(pause.out()).as(pause.all()).contains("heeded by the conductor at work");
      run.kill();
      Result later = stage.segue("backfill pace", "40%");
      assertThat(later.out()).as(later.all()).contains("nobody conducts the run now");
      assertThat(stage.segue("status").out()).contains("not heeded yet: pace 40 %, asked by");
      long then = stage.converted();
      Running again = stage.start("backfill run");
      await("it goes on").atMost(SOON).until(() -> holder(stage).path("pid").asLong() != 0);
      JsonNode pacing = stage.status().path("pacing");
      assertThat(pacing.path("paused").asBoolean()).isTrue();
      assertThat(pacing.path("by").asString()).isNotBlank();
      assertThat(pacing.path("unheeded").isMissingNode()).isTrue();
      assertThat(stage.segue("status").out()).contains("paused, asked by", "lunch hour");
      assertThat(stage.converted()).isLessThanOrEqualTo(then + 25);
      assertThat(stage.segue("backfill pace", "full").exit()).isZero();
      assertThat(stage.segue("backfill resume").exit()).isZero();
      Result done = again.await();
      assertThat(done.exit()).as(done.all()).isZero();
    }
  }

  private static JsonNode holder(RedisStage stage) {
    return stage.status().path("conductor");
  }

  @Test
  void moreBadKeysThanAllowedTakeItBackAndAreListed() throws Exception {
    try (RedisStage stage = RedisStage.open(ITEMS)) {
      Contents before = stage.contents();
      Result strict = stage.segue("backfill stats", "--all", "--json");
      assertThat(strict.exit()).as(strict.all()).isZero();
      JsonNode members = JsonMapper.shared().readTree(strict.out()).path("backfills").path(0);
      assertThat(members.path("failing").asLong()).isEqualTo(6);
      Result run =
          stage.segue("backfill run", "--failure-mode", "log-and-skip", "--max-errors", "2");
      assertThat(run.exit()).as(run.all()).isEqualTo(TAKEN_BACK);
      assertThat(run.all()).contains("more than max-errors: 2");
      assertThat(failures(stage, "members")).hasSize(3);
      assertThat(stage.contents().differences(before, Set.of())).isZero();
      Result stored = stage.segue("journal", "--json");
      assertThat(stored.out()).contains("overrides:", "max-errors: 2");
    }
  }

  @Test
  void whatWasSkippedIsTriedAgainOnceItIsMended() throws Exception {
    try (RedisStage stage = RedisStage.open(ITEMS);
        Jedis jedis = stage.redis().connect()) {
      Contents before = stage.contents();
      Result run = stage.segue("backfill run");
      assertThat(run.exit()).as(run.all()).isZero();
      List<String> bad = failures(stage, "members");
      assertThat(bad).hasSize(6);
      String key = JsonMapper.shared().readTree(bad.getFirst()).path("item").asString();
      jedis.hset(key, "joined", "2024-01-01T08:00:00+08:00");
      Running killed = stage.start("backfill run", "--only-failed");
      await("it tries again")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> journal(stage).contains("retry-started"));
      killed.kill();
      Result again = stage.segue("backfill run", "--only-failed", "--json");
      assertThat(again.exit()).as(again.all()).isZero();
      assertThat(again.out()).contains("\"event\":\"retried\"");
      assertThat(jedis.hget(key, "joined")).isEqualTo("1704067200.0");
      assertThat(failures(stage, "members")).hasSize(5);
      Result back = stage.segue("backfill rollback", "--reason", "it covers the retry");
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(jedis.hget(key, "joined")).isEqualTo("2024-01-01T08:00:00+08:00");
      assertThat(stage.contents().differences(before, Set.of(key))).isZero();
    }
  }

  private static String journal(RedisStage stage) throws IOException {
    try (Stream<Path> files = Files.walk(stage.directory().resolve("state"))) {
      Path newest =
          files
              .filter(f -> f.getFileName().toString().equals("member-dates-1.jsonl"))
              .findFirst()
              .orElseThrow();
      return Files.readString(newest);
    }
  }

  @Test
  void inQuietHoursNothingIsDoneButGoingBack() throws Exception {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    String quiet =
        "quiet: { from: \"%tR\", to: \"%tR\", zone: UTC }"
            .formatted(now.minusHours(1), now.plusHours(1));
    try (RedisStage stage = RedisStage.open(1_000).with("share: full", "share: full, " + quiet)) {
      Contents before = stage.contents();
      Running run = stage.start("backfill run", "--json");
      await("it says why it waits").atMost(SOON).until(() -> run.said().contains("quiet hours"));
      assertThat(stage.contents().differences(before, Set.of())).isZero();
      Result back = stage.segue("backfill rollback", "--reason", "another night");
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(run.await().exit()).as(run.said()).isEqualTo(TAKEN_BACK);
      assertThat(stage.contents().differences(before, Set.of())).isZero();
    }
  }

  @Test
  void redisKilledInTheMiddleItGoesOn() throws Exception {
    try (RedisStage stage = RedisStage.open(FEWER).slowly()) {
      Contents before = stage.contents();
      Running run = stage.start("backfill run");
      await("some keys are converted").atMost(SOON).until(() -> stage.converted() > 300);
      stage.redis().kill();
      stage.redis().start();
      stage.allow("+@all");
      stage.segue("backfill pace", "full");
      Result first = run.await();
      Result done = first.exit() == NEEDS_PERSON ? stage.segue("backfill run") : first;
      assertThat(done.exit()).as(first.all() + done.all()).isZero();
      assertThat(stage.segue("backfill rollback").exit()).isZero();
      assertThat(stage.contents().differences(before, Set.of())).isZero();
    }
  }

  @Test
  void aWrongPasswordAndMissingRightsAreNamedAndNothingIsTouched() throws Exception {
    try (RedisStage stage = RedisStage.open(1_000)) {
      Contents before = stage.contents();
      Result wrong = stage.startAs("wrong-one", "backfill run").await();
      assertThat(wrong.exit()).as(wrong.all()).isEqualTo(BAD_INPUT);
      assertThat(wrong.all()).contains("password").doesNotContain("wrong-one", "\tat ");
      stage.allow("+@all", "-@scripting");
      Result mute = stage.segue("backfill run");
      assertThat(mute.exit()).as(mute.all()).isIn(TAKEN_BACK, REFUSED, NEEDS_PERSON);
      assertThat(mute.all()).containsIgnoringCase("eval").doesNotContain("\tat ");
      stage.allow("+@all");
      assertThat(stage.contents().differences(before, Set.of())).isZero();
    }
  }

  @Test
  void aFileThatChangesMoreIsSentToRun() throws Exception {
    try (RedisStage stage = RedisStage.open(1_000)) {
      stage.with(
          "rollback:\n",
          "redis-indexes:\n  - { name: a, definition: \"ON HASH SCHEMA b TAG\" }\n\nrollback:\n");
      Result run = stage.segue("backfill run");
      assertThat(run.exit()).isEqualTo(BAD_INPUT);
      assertThat(run.err()).contains("changes more than data: redis-indexes", "segue run ");
    }
  }

  private static List<String> failures(RedisStage stage, String name) throws IOException {
    try (Stream<Path> files = Files.walk(stage.directory())) {
      Path file =
          files
              .filter(f -> f.getFileName().toString().equals("failed-" + name + ".jsonl"))
              .findFirst()
              .orElseThrow();
      return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    }
  }
}
