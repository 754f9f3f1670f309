package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Store.FormCount;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.testkit.EmbeddedRedis;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

final class InspectionTest {

  @TempDir private Path directory;

  private static Inspection look(Task task, long sample, Optional<String> run) {
    return new Inspection(task, new Looking(sample, run, (_, _) -> {}));
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
      assertThat(verified.left()).isEqualTo(2);
      assertThat(verified.different()).isZero();
      assertThat(verified.since()).isEqualTo(1);
      assertThat(verified.written()).containsExactly(new Mismatch("m:5", "a", "55", "5"));
      assertThat(look(task, 0, Optional.empty()).verify().since()).isZero();
    }
  }
}
