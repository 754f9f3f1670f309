package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DutyTest {

  @Test
  void restsTheRestOfTheTime() {
    Duration worked = Duration.ofMillis(50);
    assertThat(Duty.of(1).rest(worked)).isZero();
    assertThat(Duty.of(0.5).rest(worked)).isEqualTo(worked);
    assertThat(Duty.of(0.25).rest(worked)).isEqualTo(Duration.ofMillis(150));
  }

  @Test
  void halvesUnderPressureAndComesBackInSteps() {
    Duty pressed = Duty.of(0.4).pressed();
    assertThat(pressed.share()).isEqualTo(0.2);
    Duty eased = pressed;
    int steps = 0;
    while (eased.share() < 0.4) {
      eased = eased.eased();
      steps++;
    }
    assertThat(steps).isBetween(10, 11);
    assertThat(eased).isEqualTo(Duty.of(0.4));
  }

  @Test
  void neverStandsStillByItself() {
    Duty duty = Duty.of(1);
    for (int i = 0; i < 100; i++) {
      duty = duty.pressed();
    }
    assertThat(duty.share()).isEqualTo(0.02);
    assertThat(Duty.of(0.01).pressed().share()).isEqualTo(0.01);
  }
}
