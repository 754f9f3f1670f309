package dev.segue.redis.om;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisOmTest {

  @ParameterizedTest
  @CsvSource({
    "shop:app.models.Member:01HQ5, false",
    ":app.models.Member:01HQ5, false",
    "shop:app.models.Member:index, false",
    "shop:app.models.Member:index:hash, true",
    ":app.models.Member:index:schema, true",
    "redis_om:applied_migrations, true",
    "redis_om:schema_applied_migrations, true",
    "redis_om:migration_state:001_datetime_fields_to_timestamps, true",
  })
  void keepsItsOwnKeys(String key, boolean kept) {
    assertThat(RedisOm.keeps(key)).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({
    "shop, app.models.Member, shop:app.models.Member:index",
    "'', app.models.Member, :app.models.Member:index",
  })
  void namesItsIndex(String prefix, String model, String index) {
    assertThat(RedisOm.index(prefix, model)).isEqualTo(index);
  }
}
