package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Pace.Bounds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final Bounds BOUNDS = new Bounds(500, 10, 20_000);
  private static final Duration TARGET = Duration.ofMillis(50);

  /// A store that does so many items a millisecond.
  private static Pace run(Pace from, int batches, double perMilli) {
    Pace pace = from;
    for (int i = 0; i < batches; i++) {
      pace = pace.after(pace.size(), Duration.ofNanos(Math.round(pace.size() / perMilli * 1e6)));
    }
    return pace;
  }

  @Test
  void growsByHalfAtMostUntilABatchTakesItsTime() {
    Pace pace = Pace.of(BOUNDS, TARGET);
    assertThat(run(pace, 1, 100).size()).isEqualTo(750);
    assertThat(run(pace, 2, 100).size()).isEqualTo(1125);
    assertThat(run(pace, 20, 100).size()).isBetween(4990, 5010);
  }

  @Test
  void aSlowerStoreGetsSmallerBatchesLittleByLittle() {
    Pace settled = run(Pace.of(BOUNDS, TARGET), 20, 100);
    Pace slower = run(settled, 1, 80);
    assertThat(slower.size()).isBetween(4700, 4800);
    assertThat(run(slower, 20, 80).size()).isBetween(3990, 4010);
  }

  @Test
  void aSpikeBringsItDownAtOnce() {
    Pace settled = run(Pace.of(BOUNDS, TARGET), 20, 100);
    assertThat(settled.after(settled.size(), Duration.ofMillis(500)).size()).isBetween(490, 510);
    assertThat(settled.after(settled.size(), Duration.ofMillis(101)).size()).isBetween(2450, 2500);
  }

  @Test
  void staysWithinItsBounds() {
    assertThat(run(Pace.of(BOUNDS, TARGET), 50, 1e6).size()).isEqualTo(20_000);
    assertThat(run(Pace.of(BOUNDS, TARGET), 50, 0.001).size()).isEqualTo(10);
    assertThat(Pace.of(BOUNDS, TARGET).after(0, Duration.ZERO).size()).isEqualTo(10);
  }

  @Test
  void halvesDownToASingleItem() {
    Pace pace = Pace.of(BOUNDS, TARGET);
    int halvings = 0;
    while (!pace.single()) {
      pace = pace.halved();
      halvings++;
    }
    assertThat(halvings).isEqualTo(8);
    assertThat(pace.halved().size()).isEqualTo(1);
  }
}
