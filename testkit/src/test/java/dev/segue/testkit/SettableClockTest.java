package dev.segue.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SettableClockTest {

  @Test
  void standsUntilMovedAndMovesWhenWaitedOn() {
    Instant start = Instant.parse("2025-11-19T18:00:00Z");
    SettableClock clock = new SettableClock(start);

    assertThat(clock.instant()).isEqualTo(start);
    clock.sleep(Duration.ofMinutes(5));
    clock.advance(Duration.ofSeconds(1));
    clock.sleep(Duration.ofSeconds(-3));

    assertThat(clock.instant()).isEqualTo(start.plusSeconds(301));
  }
}
