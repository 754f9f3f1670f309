package dev.segue.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.segue.backfill.Confidence;
import dev.segue.backfill.Store.Verification;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerifiedTest {

  private static Verified of(Verification found, long failed) {
    return new Verified(found, failed, false, Confidence.USUAL);
  }

  /// @param looked of 100,000
  private static Verification left(long looked, long compared, long left, @Nullable Long listed) {
    return new Verification(100_000, looked, compared, 0, 0, left, listed, List.of(), List.of());
  }

  @Test
  void ofAllNoMoreMayBeLeftThanTheRunSkipped() {
    assertThat(of(left(100_000, 100_000, 100, null), 100).good()).isTrue();
    assertThat(of(left(100_000, 100_000, 101, null), 100).bad()).isEqualTo(1);
  }

  @Test
  void ofASampleNoMoreMayBeLeftThanItsShareOfThemExplains() {
    // A hundredth of 100,000 was skipped: of 1,000 that is about 10, seldom more than 15.
    assertThat(of(left(1_000, 1_000, 10, null), 1_000).good()).isTrue();
    assertThat(of(left(1_000, 1_000, 14, null), 1_000).good()).isTrue();
    assertThat(of(left(1_000, 1_000, 25, null), 1_000).bad()).isEqualTo(15);
    assertThat(of(left(1_000, 1_000, 300, null), 1_000).good()).isFalse();
    assertThat(of(left(1_000, 1_000, 1, null), 0).good()).isFalse();
  }

  @Test
  void whereThereIsAListItSaysWhichMayBeLeft() {
    assertThat(of(left(1_000, 1_000, 10, 10L), 1_000).good()).isTrue();
    assertThat(of(left(1_000, 1_000, 10, 9L), 1_000).bad()).isEqualTo(1);
    assertThat(of(left(100_000, 100_000, 10, 9L), 1_000).good()).isFalse();
  }

  @Test
  void whatCouldNotBeComparedSaysNothingOfTheWhole() {
    assertThat(of(left(2_995, 2_995, 0, 0L), 0).atMost()).isCloseTo(0.001, within(0.000001));
    assertThat(of(left(2_995, 300, 0, 0L), 0).atMost()).isCloseTo(0.00994, within(0.00001));
    assertThat(of(left(2_995, 0, 0, 0L), 0).atMost()).isEqualTo(1);
  }
}
