package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.backfill.Store.FormCount;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.testkit.EmbeddedRedis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

final class InspectionTest {

  @TempDir private Path directory;

  private static Inspection look(Task task, long sample, Optional<String> run) {
    return new Inspection(task, new Looking(sample, run, (_, _) -> {}), new Random());
  }

  @Test
  void saysWhatThereIsBeforeAndWhatWasMadeOfIt() {
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      for (int i = 0; i < 3_000; i++) {
        jedis.hset("m:" + i, Map.of("a", "T:" + i, "b", "7"));
      }
      jedis.hset("m:bad", "a", "garbage");
      jedis.set("m:other", "text");
      jedis.sadd("redis_om:applied_migrations", "001_datetime");
      Task task = Tasks.hashes(redis.port(), Keep.ASIDE);

      Stats stats = look(task, 0, Optional.empty()).stats();

      assertThat(stats.items()).isEqualTo(3_002);
      assertThat(stats.estimated()).isFalse();
      assertThat(stats.todo()).isEqualTo(3_000);
      assertThat(stats.failing()).isEqualTo(1);
      assertThat(stats.forms())
          .contains(new FormCount("a", "unreadable", 1, "garbage", false))
          .anyMatch(form -> form.form().equals("labelled") && form.count() == 3_000);
      assertThat(stats.seconds()).isPositive();
      assertThat(stats.bytes()).isBetween(100_000L, 1_000_000L);
      assertThat(stats.notes()).hasSize(2).anyMatch(note -> note.contains("001_datetime"));

      Stats sampled = look(task, 1_000, Optional.empty()).stats();
      assertThat(sampled.looked()).isEqualTo(1_000);
      assertThat(sampled.estimated()).isTrue();
      assertThat(sampled.items()).isBetween(2_700L, 3_300L);

      Tasks.step(task).apply(new TestContext(directory));
      jedis.hset("m:5", "a", "55");
      jedis.hset("m:6", "a", "T:66");

      Verification verified = look(task, 0, Optional.of("change-1")).verify();

      assertThat(verified.looked()).isEqualTo(3_002);
      assertThat(verified.compared()).isEqualTo(3_001);
      assertThat(verified.sampled()).isFalse();
      assertThat(verified.left()).isEqualTo(2);
      assertThat(verified.listed()).isEqualTo(1);
      assertThat(verified.different()).isZero();
      assertThat(verified.since()).isEqualTo(1);
      assertThat(verified.written()).containsExactly(new Mismatch("m:5", "a", "55", "5"));
      assertThat(look(task, 0, Optional.empty()).verify().since()).isZero();
    }
  }

  private static List<String> asScanFindsThem(Jedis jedis) {
    List<String> keys = new ArrayList<>();
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> page = jedis.scan(cursor, new ScanParams().match("m:*").count(1_000));
      keys.addAll(page.getResult());
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return keys;
  }

  @Test
  void aSampleSeesWhatARunHasNotReached() {
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      int all = 20_000;
      fill(jedis, all, "T:");
      List<String> order = asScanFindsThem(jedis);
      try (Pipeline pipeline = jedis.pipelined()) {
        order.subList(0, all * 19 / 20).forEach(key -> pipeline.hset(key, "a", "1"));
      }

      Verification found =
          look(Tasks.hashes(redis.port(), Keep.ASIDE), 1_000, Optional.empty()).verify();

      assertThat(found.items()).isEqualTo(all);
      assertThat(found.looked()).isEqualTo(1_000);
      assertThat(found.left()).isBetween(10L, 120L);
    }
  }

  private static void fill(Jedis jedis, int n, String before) {
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < n; i++) {
        pipeline.hset("m:" + i, "a", before + i);
      }
    }
  }

  @Test
  void whatCannotBeComparedIsNotCountedAsCompared() {
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      fill(jedis, 1_000, "T:");
      Task task = Tasks.hashes(redis.port(), Keep.ASIDE);
      Tasks.step(task).apply(new TestContext(directory));
      for (int i = 0; i < 400; i++) {
        jedis.hset("m:since:" + i, "a", "7");
        jedis.set("m:other:" + i, "text");
      }

      Verification forms = look(task, 0, Optional.empty()).verify();
      Verification values = look(task, 0, Optional.of("change-1")).verify();
      Verification some = look(task, 900, Optional.of("change-1")).verify();

      assertThat(forms.looked()).isEqualTo(1_800);
      assertThat(forms.compared()).isEqualTo(1_400);
      assertThat(values.compared()).isEqualTo(1_000);
      assertThat(some.looked()).isEqualTo(900);
      assertThat(some.compared()).isBetween(400L, 600L);
    }
  }

  @Test
  void whereOnlyABackupHasTheOldValuesThereIsNothingToCompareWith() {
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      fill(jedis, 10, "T:");
      Task task = Tasks.hashes(redis.port(), Keep.BACKUP);
      Inspection values = look(task, 0, Optional.of("change-1"));
      assertThatThrownBy(values::verify)
          .hasMessage("labels has not begun: none of its old values is kept");
      Tasks.step(task).apply(new TestContext(directory));

      assertThatThrownBy(values::verify)
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("nothing-kept"))
          .hasMessageContaining("keep: backup");
      assertThat(look(task, 0, Optional.empty()).verify().compared()).isEqualTo(10);
    }
  }
}
