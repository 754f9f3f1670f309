package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The README's first command, and the figures it promises.
@Tag("acceptance")
class DemoTest {

  @Test
  void crossesAndGoesBackAndLosesNothing() {
    Segue.Result result = new Segue(Map.of()).run("demo", "--json");
    assertThat(result.exit()).as(result.all()).isZero();
    JsonNode figures = JsonMapper.shared().readTree(result.out());
    assertThat(figures.path("outcome").asString()).isEqualTo("ok");
    JsonNode crossing = figures.path("crossing");
    assertThat(crossing.path("requests").asLong()).isGreaterThanOrEqualTo(10_000);
    assertThat(crossing.path("failed").asLong()).isZero();
    assertThat(crossing.path("lost_writes").asLong()).isZero();
    assertThat(crossing.path("longest_lock_ms").asDouble()).isPositive().isLessThan(500);
    JsonNode back = figures.path("take_back");
    assertThat(back.path("requests").asLong()).isGreaterThanOrEqualTo(10_000);
    assertThat(back.path("failed").asLong()).isZero();
    assertThat(back.path("answered_badly_by_new").asLong()).isPositive();
    assertThat(back.path("lost_writes").asLong()).isZero();
    assertThat(back.path("breach_to_restored_ms").asLong()).isBetween(0L, 2_000L);
  }
}
