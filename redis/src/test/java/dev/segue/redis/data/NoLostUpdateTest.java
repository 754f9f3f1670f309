package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Backfill.Keep;
import dev.segue.testkit.EmbeddedRedis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/// Writers of the old and of the new form on the keys that are converted and taken back by a
/// process that is killed now and then: every acknowledged write that was a field's last is there
/// afterwards, in the form that is due.
final class NoLostUpdateTest {

  private static final int KEYS = 600;
  private static final int WRITERS = 3;

  @TempDir private Path directory;

  /// A field's last acknowledged write.
  ///
  /// @param old whether it was in the old form
  /// @param late whether it came when the way back had begun
  private record Last(long id, boolean old, boolean late) {}

  /// Its own keys only, so that it knows the order of their writes.
  private static final class Writer implements Runnable {
    private final EmbeddedRedis redis;
    private final int number;
    private final AtomicBoolean over;
    private final AtomicBoolean late;
    private final Map<String, Map<String, Last>> last = new HashMap<>();
    private final Map<String, Boolean> expires = new HashMap<>();
    private long writes;

    Writer(EmbeddedRedis redis, int number, AtomicBoolean over, AtomicBoolean late) {
      this.redis = redis;
      this.number = number;
      this.over = over;
      this.late = late;
    }

    @Override
    public void run() {
      Random random = new Random(number);
      try (Jedis jedis = redis.connect()) {
        while (!over.get()) {
          String key = "m:" + (random.nextInt(KEYS / WRITERS) * WRITERS + number);
          switch (random.nextInt(12)) {
            case 0 -> {
              jedis.del(key);
              last.remove(key);
              expires.remove(key);
            }
            case 1 -> {
              if (jedis.expire(key, 10_000) == 1) {
                expires.put(key, true);
              }
            }
            case 2 -> {
              jedis.del(key);
              last.remove(key);
              expires.remove(key);
              write(jedis, random, key, "a");
              write(jedis, random, key, "b");
            }
            default -> write(jedis, random, key, random.nextBoolean() ? "a" : "b");
          }
        }
      }
    }

    private void write(Jedis jedis, Random random, String key, String field) {
      long id = ++writes * WRITERS + number;
      boolean old = random.nextBoolean();
      boolean after = late.get();
      jedis.hset(key, field, old ? "T:" + id : "" + id);
      last.computeIfAbsent(key, _ -> new HashMap<>()).put(field, new Last(id, old, after));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void losesNoneOnEitherWay(Keep keep) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    AtomicBoolean late = new AtomicBoolean();
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      Task task = Tasks.hashes(redis.port(), keep);
      for (int i = 0; i < KEYS; i++) {
        jedis.hset("m:" + i, Map.of("a", "t:1", "b", "T:2"));
      }
      List<Writer> writers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(new Writer(redis, i, over, late));
        threads.add(Thread.ofPlatform().start(writers.get(i)));
      }
      KeysBackfillStep step = Tasks.step(task);
      dying(step::apply);
      step.apply(new TestContext(directory));
      stop(over, threads);
      new KeysCatchStep(task, Attendance.USUAL).apply(new TestContext(directory));
      writers.forEach(writer -> assertAll(jedis, writer, true));

      over.set(false);
      late.set(true);
      threads.replaceAll(_ -> null);
      for (int i = 0; i < WRITERS; i++) {
        threads.set(i, Thread.ofPlatform().start(writers.get(i)));
      }
      dying(step::takeBack);
      stop(over, threads);
      step.takeBack(new TestContext(directory));
      writers.forEach(writer -> assertAll(jedis, writer, false));
      assertThat(writers).allMatch(writer -> writer.writes > 100);
      assertThat(jedis.keys("segue:*")).isEmpty();
    }
  }

  private static void stop(AtomicBoolean over, List<Thread> threads) throws InterruptedException {
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private interface Act {
    Object in(TestContext context);
  }

  private void dying(Act act) {
    for (int i = 1; i <= 4; i++) {
      try {
        act.in(new TestContext(directory).diesAfter(7L * i));
      } catch (TestContext.Died e) {
        assertThat(e).isNotNull();
      }
    }
  }

  private static void assertAll(Jedis jedis, Writer writer, boolean converted) {
    List<String> lost = new ArrayList<>();
    for (int i = writer.number; i < KEYS; i += WRITERS) {
      String key = "m:" + i;
      Map<String, String> is = jedis.hgetAll(key);
      is.remove("segue:labels");
      Map<String, Last> expected = writer.last.get(key);
      if (expected != null) {
        expected.forEach((field, last) -> {
          String value = is.getOrDefault(field, "nothing");
          if (!allowed(last, converted).contains(value)) {
            lost.add(key + " " + field + " " + value + ", not " + last);
          }
        });
        if (writer.expires.containsKey(key) && jedis.ttl(key) <= 0) {
          lost.add(key + " does not expire any more");
        }
      } else if (!is.isEmpty() && !is.equals(untouched(converted))) {
        lost.add(key + " is there again: " + is);
      }
    }
    assertThat(lost).isEmpty();
  }

  private static Map<String, String> untouched(boolean converted) {
    return converted ? Map.of("a", "1", "b", "2") : Map.of("a", "t:1", "b", "T:2");
  }

  private static List<String> allowed(Last last, boolean converted) {
    if (converted) {
      return List.of("" + last.id());
    }
    if (last.old()) {
      return List.of("T:" + last.id());
    }
    // Written in the new form before the first look at it, it was so before.
    return last.late() ? List.of("t:" + last.id()) : List.of("t:" + last.id(), "" + last.id());
  }
}
