package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LagTrailTest {

  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

  private static Instant at(int second) {
    return BEGAN.plusSeconds(second);
  }

  @Test
  void aCopyThatIsThereIsNotBehind() {
    LagTrail trail = LagTrail.EMPTY.moved(100, 100, at(0)).moved(200, 200, at(1));
    assertThat(trail.lag(200, at(60))).isZero();
  }

  @Test
  void aCopyThatStandsStillFallsBehindWithTheClock() {
    LagTrail trail = LagTrail.EMPTY.moved(100, 100, at(0));
    for (int second = 1; second <= 30; second++) {
      trail = trail.moved(100 + second, 100, at(second));
    }
    assertThat(trail.lag(100, at(30))).isEqualTo(Duration.ofSeconds(29));
  }

  @Test
  void aCopyThatFollowsIsAsFarBehindAsThePositionItHas() {
    LagTrail trail = LagTrail.EMPTY;
    for (int second = 0; second <= 30; second++) {
      trail = trail.moved(second * 10L, Math.max(0, second - 5) * 10L, at(second));
    }
    assertThat(trail.lag(250, at(30))).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void remembersAsMuchAsItNeeds() {
    LagTrail trail = LagTrail.EMPTY;
    for (int second = 0; second < 5000; second++) {
      trail = trail.moved(second + 1, 0, at(second));
    }
    assertThat(trail.marks()).hasSizeLessThanOrEqualTo(1000);
    assertThat(trail.lag(0, at(5000))).isEqualTo(Duration.ofSeconds(5000));
  }
}
