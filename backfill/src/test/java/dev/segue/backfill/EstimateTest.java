package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimateTest {

  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void knowsNothingBeforeSomethingIsDone() {
    Estimate estimate = Estimate.from(BEGAN, 0);
    assertThat(estimate.left(1000)).isEmpty();
    assertThat(estimate.after(0, BEGAN.plusSeconds(5)).left(1000)).isEmpty();
  }

  @Test
  void saysWhatIsLeftAtASteadyRate() {
    Estimate estimate = Estimate.from(BEGAN, 0).after(1000, BEGAN.plusSeconds(1));
    assertThat(estimate.left(100_000)).contains(Duration.ofSeconds(99));
    assertThat(estimate.share(100_000)).isEqualTo(0.01);
  }

  @Test
  void whatWasDoneBeforeAResumeIsNoRate() {
    Estimate estimate = Estimate.from(BEGAN, 900_000).after(901_000, BEGAN.plusSeconds(1));
    assertThat(estimate.left(1_000_000)).contains(Duration.ofSeconds(99));
  }

  @Test
  void theErrorOfItsTenthsGetsSmallerTowardsTheEnd() {
    Random random = new Random(7);
    Estimate estimate = Estimate.from(BEGAN, 0);
    long done = 0;
    for (int second = 1; second <= 100; second++) {
      done += 500 + random.nextInt(1000);
      estimate = estimate.after(done, BEGAN.plusSeconds(second));
      long left = estimate.left(100_000).orElseThrow().toSeconds();
      assertThat(Math.abs(left - (100 - second)))
          .as("at " + second + " s")
          .isLessThanOrEqualTo(8 + (100 - second) / 3);
    }
  }

  @Test
  void followsARateThatChanged() {
    Estimate estimate = Estimate.from(BEGAN, 0);
    for (int second = 1; second <= 60; second++) {
      estimate = estimate.after(second * 1000L, BEGAN.plusSeconds(second));
    }
    for (int second = 61; second <= 160; second++) {
      estimate = estimate.after(60_000 + (second - 60) * 100L, BEGAN.plusSeconds(second));
    }
    assertThat(estimate.perSecond()).isBetween(100.0, 150.0);
  }

  @Test
  void aTotalThatWasTooSmallIsNotPassed() {
    Estimate estimate = Estimate.from(BEGAN, 0).after(2000, BEGAN.plusSeconds(1));
    assertThat(estimate.share(1000)).isEqualTo(1);
    assertThat(estimate.left(1000)).contains(Duration.ZERO);
    assertThat(estimate.share(0)).isEqualTo(1);
  }
}
