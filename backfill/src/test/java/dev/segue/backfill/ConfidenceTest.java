package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ConfidenceTest {

  @Test
  void noneBadSaysAboutThreeInThatNumber() {
    assertThat(Confidence.USUAL.atMost(1000, 0)).isCloseTo(3.0 / 1000, within(0.00001));
    assertThat(new Confidence(0.999).atMost(1000, 0)).isCloseTo(6.9 / 1000, within(0.00003));
  }

  @Test
  void someBadSayTheBoundOfClopperAndPearson() {
    // Published: 10 of 100 at 97.5 % one-sided (95 % two-sided) is 0.1762.
    assertThat(new Confidence(0.975).atMost(100, 10)).isCloseTo(0.17622, within(0.00001));
    assertThat(new Confidence(0.975).atMost(10, 1)).isCloseTo(0.44502, within(0.00001));
    assertThat(Confidence.USUAL.atMost(100_000, 500)).isBetween(0.0053, 0.0055);
    assertThat(Confidence.USUAL.atMost(10, 10)).isEqualTo(1);
    assertThat(new Confidence(0.975).atLeast(100, 10)).isCloseTo(0.04900, within(0.00001));
    assertThat(new Confidence(0.975).atLeast(10, 1)).isCloseTo(0.00253, within(0.00001));
    assertThat(Confidence.USUAL.atLeast(10, 10)).isCloseTo(0.74113, within(0.00001));
    assertThat(Confidence.USUAL.atLeast(10, 0)).isZero();
  }

  @Test
  void aSampleIsLargeEnoughToSayWhatIsAsked() {
    for (double level : new double[] {0.9, 0.95, 0.999}) {
      Confidence confidence = new Confidence(level);
      long sample = confidence.sample(0.001);
      assertThat(confidence.atMost(sample, 0)).isLessThanOrEqualTo(0.001);
      assertThat(confidence.atMost(sample - 1, 0)).isGreaterThan(0.001);
    }
    assertThat(Confidence.USUAL.sample(0.001)).isEqualTo(2995);
  }

  @Test
  void nothingIsCertain() {
    assertThatThrownBy(() -> new Confidence(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Confidence(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
