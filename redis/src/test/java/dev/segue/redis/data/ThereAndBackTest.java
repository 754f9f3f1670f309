package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.backfill.Failures;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Shape;
import dev.segue.change.FailurePolicy;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Observation;
import dev.segue.testkit.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.SetParams;

final class ThereAndBackTest {

  private static EmbeddedRedis redis;
  private static Jedis jedis;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    redis = EmbeddedRedis.open();
    jedis = redis.connect();
  }

  @AfterAll
  static void close() {
    jedis.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    jedis.flushAll();
  }

  private TestContext context() {
    return new TestContext(directory);
  }

  private KeysBackfillStep step(Keep keep) {
    return Tasks.step(Tasks.hashes(redis.port(), keep));
  }

  private static void fill(int n) {
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < n; i++) {
        pipeline.hset(
            "m:" + i, Map.of("a", (i % 2 == 0 ? "t:" : "T:") + i, "b", "t:7", "name", "n" + i));
      }
    }
  }

  private static Map<String, Map<String, String>> hashes() {
    Map<String, Map<String, String>> all = new HashMap<>();
    jedis.keys("m:*").forEach(key -> all.put(key, jedis.hgetAll(key)));
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE", "AUTO"})
  void restoresToTheByteWhatNobodyTouched(Keep keep) {
    fill(3_000);
    jedis.hset("m:already", Map.of("a", "5", "b", "t:6"));
    jedis.hset("m:new", Map.of("a", "5", "b", "6"));
    jedis.hset("m:none", "name", "nobody");
    jedis.set("m:other", "no hash");
    jedis.expire("m:17", 1_000);
    KeysBackfillStep step = step(keep);
    Map<String, Map<String, String>> before = hashesOnly();
    assertThat(step.observe(context())).isEqualTo(Observation.ABSENT);

    Facts facts = step.apply(context());

    assertThat(facts.number("items")).hasValue(3_001L);
    assertThat(facts.number("already")).hasValue(2L);
    assertThat(facts.number("failed")).hasValue(0L);
    assertThat(jedis.hget("m:17", "a")).isEqualTo("17");
    assertThat(jedis.hget("m:already", "b")).isEqualTo("6");
    assertThat(jedis.ttl("m:17")).isPositive();
    assertThat(step.observe(context())).isInstanceOf(Observation.Present.class);

    Facts back = step.takeBack(context());

    assertThat(back.number("items")).hasValue(3_001L);
    assertThat(hashesOnly()).isEqualTo(before);
    assertThat(jedis.ttl("m:17")).isPositive();
    assertThat(jedis.keys("segue:*")).isEmpty();
    assertThat(step.observe(context())).isEqualTo(Observation.ABSENT);
  }

  @Test
  void findsFewKeysAmongMany() {
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < 30_000; i++) {
        pipeline.set("else:" + i, "T:" + i);
      }
    }
    fill(30);
    Map<String, Map<String, String>> before = hashes();

    Facts facts = step(Keep.AUTO).apply(context());

    assertThat(facts.number("items")).hasValue(30L);
    assertThat(jedis.hmget("m:29", "a", "b")).containsExactly("29", "7");
    step(Keep.AUTO).takeBack(context());
    assertThat(hashes()).isEqualTo(before);
  }

  @Test
  void theWayBackKnowsNoQuietHours() {
    fill(300);
    Map<String, Map<String, String>> before = hashes();
    Task task = Tasks.hashes(redis.port(), Keep.BESIDE);
    Tasks.step(task).apply(context());

    Tasks.step(Tasks.quietAround(task, context().now())).takeBack(context());

    assertThat(hashes()).isEqualTo(before);
  }

  private static Map<String, Map<String, String>> hashesOnly() {
    Map<String, Map<String, String>> all = new HashMap<>();
    jedis.keys("m:*").stream()
        .filter(key -> !key.equals("m:other"))
        .forEach(key -> all.put(key, jedis.hgetAll(key)));
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void takesBackWhatWasWrittenSince(Keep keep) {
    fill(10);
    KeysBackfillStep step = step(keep);
    step.apply(context());
    jedis.hset("m:1", "a", "101");
    jedis.hset("m:2", "a", "T:102");
    jedis.del("m:3");
    jedis.hset("m:3", Map.of("a", "103", "b", "104"));
    jedis.hset("m:new", Map.of("a", "105", "b", "106"));
    jedis.del("m:4");

    step.takeBack(context());

    assertThat(hashes())
        .containsEntry("m:1", Map.of("a", "t:101", "b", "t:7", "name", "n1"))
        .containsEntry("m:2", Map.of("a", "T:102", "b", "t:7", "name", "n2"))
        .containsEntry("m:3", Map.of("a", "t:103", "b", "t:104"))
        .containsEntry("m:new", Map.of("a", "t:105", "b", "t:106"))
        .containsEntry("m:5", Map.of("a", "T:5", "b", "t:7", "name", "n5"))
        .doesNotContainKey("m:4");
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  @Test
  void changesDocumentsAndKeepsTheirExpiry() {
    String big = "9".repeat(2 << 20);
    for (int i = 0; i < 300; i++) {
      jedis.set("m:" + i, "T:" + i, new SetParams().ex(1_000));
    }
    jedis.set("m:big", "t:" + big);
    KeysBackfillStep step = Tasks.step(Tasks.documents(redis.port()));

    Facts facts = step.apply(context());

    assertThat(facts.number("items")).hasValue(301L);
    assertThat(jedis.get("m:7")).isEqualTo("7");
    assertThat(jedis.get("m:big")).isEqualTo(big);
    assertThat(jedis.ttl("m:7")).isPositive();
    jedis.set("m:8", "1008");

    step.takeBack(context());

    assertThat(jedis.get("m:7")).isEqualTo("T:7");
    assertThat(jedis.get("m:8")).isEqualTo("t:1008");
    assertThat(jedis.get("m:big")).isEqualTo("t:" + big);
    assertThat(jedis.ttl("m:7")).isPositive();
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void catchesWhatTheOldVersionWroteAndForgets(Keep keep) {
    fill(100);
    Task task = Tasks.hashes(redis.port(), keep);
    Attendance attendance = Attendance.USUAL;
    new KeysBackfillStep(task, attendance).apply(context());
    jedis.hset("m:7", "a", "t:70");
    jedis.hset("m:late", Map.of("a", "t:1"));
    KeysCatchStep late = new KeysCatchStep(task, attendance);
    KeysForgetStep forget = new KeysForgetStep(task, attendance);
    assertThat(late.observe(context())).isEqualTo(Observation.ABSENT);

    Facts facts = late.apply(context());

    assertThat(facts.number("items")).hasValue(2L);
    assertThat(jedis.hget("m:7", "a")).isEqualTo("70");
    assertThat(jedis.hget("m:late", "a")).isEqualTo("1");
    assertThat(late.observe(context())).isInstanceOf(Observation.Present.class);
    assertThat(forget.observe(context())).isEqualTo(Observation.ABSENT);

    forget.apply(context());

    assertThat(forget.observe(context())).isInstanceOf(Observation.Present.class);
    assertThat(jedis.keys("segue:*")).isEmpty();
    assertThat(jedis.hgetAll("m:7")).isEqualTo(Map.of("a", "70", "b", "7", "name", "n7"));
  }

  @Test
  void listsWhatCannotBeConvertedAndTriesItAgain() {
    fill(200);
    jedis.hset("m:3", "a", "garbage");
    jedis.hset(
        "m:4".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        new byte[] {'a'},
        new byte[] {(byte) 0xff});
    KeysBackfillStep step = step(Keep.AUTO);

    Facts facts = step.apply(context());

    assertThat(facts.number("items")).hasValue(198L);
    assertThat(facts.number("failed")).hasValue(2L);
    assertThat(jedis.hget("segue:failed:labels", "m:3")).contains("unreadable");
    assertThat(jedis.hget("segue:failed:labels", "m:4")).contains("not-text");
    assertThat(directory.resolve("failed-labels.jsonl")).content().contains("m:3", "garbage");
    jedis.hset("m:3", "a", "t:33");

    Facts again = step.again(context());

    assertThat(again.number("items")).hasValue(1L);
    assertThat(again.number("failed")).hasValue(1L);
    assertThat(jedis.hget("m:3", "a")).isEqualTo("33");
    assertThat(jedis.hkeys("segue:failed:labels")).containsExactly("m:4");
    assertThat(directory.resolve("failed-labels.jsonl")).content().doesNotContain("m:3");
    step.takeBack(context());
    assertThat(jedis.hget("m:3", "a")).isEqualTo("t:33");
  }

  @Test
  void whatIsMendedIsTakenOffTheListManyAtATime() throws IOException {
    int bad = 2_000;
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < bad; i++) {
        pipeline.hset("m:" + i, "a", "garbage");
      }
    }
    KeysBackfillStep step = step(Keep.AUTO);
    assertThat(step.apply(context()).number("failed")).hasValue((long) bad);
    fill(bad - 1);
    jedis.configResetStat();

    Facts again = step.again(context());

    assertThat(again.number("items")).hasValue(bad - 1L);
    assertThat(again.number("failed")).hasValue(1L);
    assertThat(jedis.hkeys("segue:failed:labels")).containsExactly("m:" + (bad - 1));
    assertThat(Failures.read(directory.resolve("failed-labels.jsonl")))
        .extracting(Failures.Failed::item)
        .containsExactly("m:" + (bad - 1));
    assertThat(jedis.info("commandstats")).containsPattern("cmdstat_hdel:calls=[1-9],");
  }

  /// @param name of the machine that goes on
  private TestContext elsewhere(String name) throws IOException {
    return new TestContext(Files.createDirectories(directory.resolve(name)));
  }

  @Test
  void anotherMachineThatGoesOnKnowsWhatHasFailed() throws IOException {
    fill(3_000);
    int bad = 300;
    for (int i = 0; i < bad; i++) {
      jedis.hset("m:bad:" + i, "a", "garbage " + i);
    }
    Task task =
        Tasks.task(
            redis.port(),
            Keep.AUTO,
            Shape.HASH,
            Labelled.TWO,
            new FailurePolicy(FailurePolicy.Mode.LOG_AND_SKIP, null, bad, 0),
            100);
    KeysBackfillStep step = Tasks.step(task);
    TestContext dying = context();
    String place = "segue:backfill:labels";
    dying.atEachCall(() -> {
      if ("2".equals(jedis.hget(place, "pass")) && !"0".equals(jedis.hget(place, "cursor"))) {
        dying.diesAfter(0);
      }
    });
    assertThatThrownBy(() -> step.apply(dying)).isInstanceOf(TestContext.Died.class);

    Facts facts = step.apply(elsewhere("second"));

    assertThat(facts.number("failed")).hasValue((long) bad);
    assertThat(Failures.read(directory.resolve("second/failed-labels.jsonl"))).hasSize(bad);
    jedis.hset("m:bad:again", "a", "garbage");
    assertThatThrownBy(() -> new KeysCatchStep(task, Attendance.USUAL).apply(elsewhere("third")))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("too-many-errors"));
  }

  @Test
  void ofADocumentThatCannotBeConvertedTheBeginningIsListed() throws IOException {
    jedis.set("m:1", "garbage".repeat(100_000));

    Tasks.step(Tasks.documents(redis.port())).apply(context());

    assertThat(jedis.hget("segue:failed:labels", "m:1"))
        .contains("garbagegarbage")
        .hasSizeLessThan(2_000);
    assertThat(Files.size(directory.resolve("failed-labels.jsonl"))).isLessThan(2_000);
  }

  @Test
  void takesFewLargeDocumentsAtATime() {
    String large = "9".repeat(1 << 20);
    for (int i = 0; i < 30; i++) {
      jedis.set("m:" + i, "t:" + i + large);
    }

    Facts facts = Tasks.step(Tasks.documents(redis.port())).apply(context());

    assertThat(facts.number("items")).hasValue(30L);
    assertThat(facts.number("batches")).hasValueSatisfying(n -> assertThat(n).isGreaterThan(6));
  }

  @Test
  void endsWhenNothingMayFail() {
    fill(20);
    jedis.hset("m:3", "a", "garbage");
    KeysBackfillStep step =
        Tasks.step(
            Tasks.task(redis.port(), Keep.AUTO, Shape.HASH, Labelled.TWO, FailurePolicy.FAIL, 500));

    assertThatThrownBy(() -> step.apply(context()))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("not-converted"));

    assertThat(step.observe(context())).isInstanceOf(Observation.Partial.class);
    step.takeBack(context());
    assertThat(jedis.keys("segue:*")).isEmpty();
    assertThat(jedis.hget("m:5", "a")).isEqualTo("T:5");
  }

  @Test
  void refusesWhatAnEarlierConductorSends() {
    fill(2_000);
    KeysBackfillStep step = step(Keep.AUTO);
    TestContext stale = context();
    TestContext later = context().epoch(2);
    stale.atEachCall(() -> {
      if (jedis.hexists("segue:backfill:labels", "cursor")
          && "0".equals(jedis.hget("segue:backfill:labels", "part"))
          && !"0".equals(jedis.hget("segue:backfill:labels", "cursor"))) {
        step.claim(later);
      }
    });

    assertThatThrownBy(() -> step.apply(stale)).isInstanceOf(FencedException.class);

    assertThat(step.apply(later).number("items")).hasValue(2_000L);
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void refusesWhatWasOnItsWayWhenAnotherTookAllBackAndLeft(Keep keep) {
    fill(2_000);
    Map<String, Map<String, String>> before = hashes();
    KeysBackfillStep step = step(keep);
    TestContext stale = context();
    AtomicInteger calls = new AtomicInteger(12);
    stale.atEachCall(() -> {
      if (calls.decrementAndGet() == 0) {
        step.takeBack(context().epoch(2));
        stale.superseded();
      }
    });

    assertThatThrownBy(() -> step.apply(stale)).isInstanceOf(FencedException.class);

    assertThat(calls.get()).isNegative();
    assertThat(hashes()).isEqualTo(before);
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  @Test
  void goesOnWhereTheServerHasForgottenWhoWrites() {
    fill(2_000);
    AtomicInteger calls = new AtomicInteger(12);

    Facts facts =
        step(Keep.AUTO)
            .apply(
                context()
                    .atEachCall(() -> {
                      if (calls.decrementAndGet() % 5 == 0) {
                        jedis.del("segue:fence:labels");
                      }
                    }));

    assertThat(calls.get()).isNegative();
    assertThat(facts.number("items")).hasValue(2_000L);
    assertThat(jedis.hget("m:1999", "a")).isEqualTo("1999");
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void losesNothingOfAKeyThatIsNeverLeftAlone(Keep keep) {
    jedis.hset("m:1", Map.of("a", "T:1", "b", "T:2"));
    jedis.hset("m:2", Map.of("a", "T:3", "b", "T:4"));
    KeysBackfillStep step = step(keep);
    step.apply(context());
    AtomicInteger writes = new AtomicInteger(10);

    assertThatThrownBy(() ->
            step.takeBack(
                context().atEachCall(() -> jedis.hset("m:1", "a", "" + writes.incrementAndGet()))))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("keys-not-taken-back"));
    step.takeBack(context());

    assertThat(jedis.hgetAll("m:1")).isEqualTo(Map.of("a", "t:" + writes.get(), "b", "T:2"));
    assertThat(jedis.hgetAll("m:2")).isEqualTo(Map.of("a", "T:3", "b", "T:4"));
    assertThat(jedis.keys("segue:*")).isEmpty();
  }
}
