package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Shape;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.redis.conversion.Asked;
import dev.segue.redis.conversion.Conversion;
import dev.segue.testkit.EmbeddedRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/// What the way back cannot restore is at least written down, and what it can it does restore.
final class NothingLostTest {

  private static final Conversion CENTS =
      Asked.hash(
          "{ convert: { field: p, up: \"string(int(double(value) * 100.0))\","
              + " done: \"!value.contains('.')\" } }");

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

  private static KeysBackfillStep step(Keep keep, Conversion conversion) {
    return Tasks.step(Tasks.task(redis.port(), keep, Shape.HASH, conversion, Tasks.SKIP, 500));
  }

  private Path notTakenBack() {
    return directory.resolve("failed-labels-back.jsonl");
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void whatCannotBeReadIsListedWithWhatWasKeptOfIt(Keep keep) {
    jedis.hset("m:1", Map.of("a", "T:1", "b", "T:2"));
    jedis.hset("m:2", Map.of("a", "T:3", "b", "T:4"));
    KeysBackfillStep step = step(keep, Labelled.TWO);
    step.apply(context());
    jedis.hset("m:1", "b", "never");
    jedis.hset("m:2".getBytes(StandardCharsets.UTF_8), new byte[] {'a'}, new byte[] {(byte) 0xff});

    Facts back = step.takeBack(context());

    assertThat(back.number("failed")).hasValue(2L);
    assertThat(jedis.hgetAll("m:1")).isEqualTo(Map.of("a", "T:1", "b", "never"));
    assertThat(notTakenBack())
        .content()
        .contains("unreadable", "never", "{a=T:1, b=T:2}", "not-text", "{a=T:3, b=T:4}");
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void aChangeWithoutAWayBackIsTakenBackWhereNobodyHasWritten(Keep keep) {
    for (int i = 0; i < 200; i++) {
      jedis.hset("m:" + i, Map.of("p", i + ".50", "name", "n" + i));
    }
    jedis.hset("m:new", Map.of("p", "7", "name", "new"));
    KeysBackfillStep step = step(keep, CENTS);
    step.apply(context());
    assertThat(jedis.hget("m:7", "p")).isEqualTo("750");

    Facts back = step.takeBack(context());

    assertThat(back.number("items")).hasValue(200L);
    assertThat(back.number("failed")).hasValue(0L);
    assertThat(notTakenBack()).doesNotExist();
    assertThat(jedis.hgetAll("m:7")).isEqualTo(Map.of("p", "7.50", "name", "n7"));
    assertThat(jedis.hgetAll("m:new")).isEqualTo(Map.of("p", "7", "name", "new"));
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  @Test
  void withoutAWayBackWhatWasWrittenSinceIsListedWithWhatWasKept() {
    jedis.hset("m:1", Map.of("p", "12.50"));
    KeysBackfillStep step = step(Keep.BESIDE, CENTS);
    step.apply(context());
    jedis.hset("m:1", "p", "1300");

    assertThat(step.takeBack(context()).number("failed")).hasValue(1L);

    assertThat(jedis.hgetAll("m:1")).isEqualTo(Map.of("p", "1300"));
    assertThat(notTakenBack()).content().contains("no-way-back", "1300", "{p=12.50}");
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void aHashIsNotEmptied(Keep keep) {
    jedis.hset("m:only", "a", "1");
    jedis.expire("m:only", 1_000);
    jedis.hset("m:more", Map.of("a", "1", "other", "2"));
    KeysBackfillStep step = step(keep, Asked.hash("{ remove: { field: a } }"));

    Facts facts = step.apply(context());

    assertThat(facts.number("items")).hasValue(1L);
    assertThat(facts.number("failed")).hasValue(1L);
    assertThat(jedis.hgetAll("m:only")).isEqualTo(Map.of("a", "1"));
    assertThat(jedis.hexists("m:more", "a")).isFalse();
    assertThat(directory.resolve("failed-labels.jsonl")).content().contains("would-be-empty");

    step.takeBack(context());

    assertThat(jedis.hgetAll("m:only")).isEqualTo(Map.of("a", "1"));
    assertThat(jedis.ttl("m:only")).isPositive();
    assertThat(jedis.hgetAll("m:more")).isEqualTo(Map.of("a", "1", "other", "2"));
    assertThat(jedis.keys("segue:*")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void aRunWhoseCheckpointIsLostIsTakenBack(Keep keep) {
    jedis.hset("m:1", Map.of("a", "T:1", "b", "T:2"));
    KeysBackfillStep step = step(keep, Labelled.TWO);
    TestContext context = context();
    context.keep(step.id(), step.apply(context));
    jedis.hset("m:since", "a", "5");
    jedis.del("segue:backfill:labels");

    assertThat(step.observe(context)).isInstanceOf(Observation.Partial.class);
    step.takeBack(context);

    assertThat(jedis.hgetAll("m:1")).isEqualTo(Map.of("a", "T:1", "b", "T:2"));
    assertThat(jedis.hgetAll("m:since")).isEqualTo(Map.of("a", "t:5"));
    assertThat(jedis.keys("segue:*")).isEmpty();
    assertThat(step.observe(context)).isEqualTo(Observation.ABSENT);
  }

  @Test
  void aRunWhoseCheckpointIsLostGoesOnAndIsForgotten() {
    jedis.hset("m:1", Map.of("a", "T:1", "b", "T:2"));
    Task task = Tasks.task(redis.port(), Keep.BESIDE, Shape.HASH, Labelled.TWO, Tasks.SKIP, 500);
    Tasks.step(task).apply(context());
    jedis.del("segue:backfill:labels");
    jedis.hset("m:2", Map.of("a", "T:3"));

    Tasks.step(task).apply(context());

    assertThat(jedis.hget("m:2", "a")).isEqualTo("3");
    assertThat(jedis.hexists("m:1", "segue:labels")).isTrue();
    jedis.del("segue:backfill:labels");
    KeysForgetStep forget = new KeysForgetStep(task, Attendance.USUAL);
    assertThat(forget.observe(context())).isEqualTo(Observation.ABSENT);
    forget.apply(context());
    assertThat(jedis.hgetAll("m:1")).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(forget.observe(context())).isInstanceOf(Observation.Present.class);
    assertThat(Tasks.step(task).observe(context())).isEqualTo(Observation.ABSENT);
  }

  @Test
  void aRunOfWhichNothingIsKnownIsNotTakenForTakenBack(@TempDir Path another) {
    jedis.hset("m:1", Map.of("a", "T:1", "b", "T:2"));
    KeysBackfillStep step = step(Keep.BESIDE, Labelled.TWO);
    step.apply(context());
    jedis.del("segue:backfill:labels");

    assertThatThrownBy(() -> step.takeBack(new TestContext(another)))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("checkpoint-lost"));

    assertThat(jedis.hexists("m:1", "segue:labels")).isTrue();
  }
}
