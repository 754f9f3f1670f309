package dev.segue.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.testkit.EmbeddedRedis;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class ShopTest {

  private static final Instant AT = Instant.parse("2024-03-05T02:20:30.120000Z");

  @Test
  void bothFormsOfADateSayTheSame() {
    assertThat(Dates.oldForm(AT)).isEqualTo("2024-03-05T10:20:30.120000+08:00");
    assertThat(Dates.newForm(AT)).isEqualTo("1709605230.12");
    assertThat(Dates.newForm(AT.truncatedTo(ChronoUnit.SECONDS))).isEqualTo("1709605230.0");
    assertThat(Dates.read(Dates.oldForm(AT))).isEqualTo(AT);
    assertThat(Dates.read(Dates.newForm(AT))).isEqualTo(AT);
    assertThat(Dates.read("2024-03-05T10:20:30")).isEqualTo(AT.truncatedTo(ChronoUnit.SECONDS));
  }

  @Test
  void whatIsWrittenIsKnownAndWhatNobodyWroteIsAsItWas() {
    try (EmbeddedRedis redis = EmbeddedRedis.open();
        Jedis jedis = redis.connect()) {
      Shop shop = Shop.of(4_000);
      shop.fill(jedis);
      assertThat(jedis.dbSize()).isEqualTo(4_000);
      Contents before = Contents.of(jedis);
      Writers writers = new Writers(URI.create(redis.url()), shop);
      try (writers) {
        writers.start(Writers.Form.OLD);
        writers.start(Writers.Form.NEW);
        while (writers.writes() < 100) {
          LockSupport.parkNanos(1_000_000);
        }
      }
      assertThat(writers.lost(jedis)).isZero();
      assertThat(writers.in(Writers.Form.NEW, jedis))
          .isBetween(1L, (long) writers.touched().size());
      assertThat(Contents.of(jedis).differences(before, writers.touched())).isZero();
      assertThat(Contents.of(jedis).differences(before, Set.of())).isPositive();
      String member =
          writers.touched().stream()
              .filter(k -> k.startsWith(Shop.MEMBER))
              .findFirst()
              .orElseThrow();
      jedis.hset(member, "last_seen", "1.0");
      assertThat(writers.lost(jedis)).isEqualTo(1);
    }
  }
}
