package dev.segue.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.conductor.Event.Ordered;
import dev.segue.conductor.journal.Request;
import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacingTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private static Event.PaceOrdered asked(Ordered what, @Nullable Double share) {
    return Pacing.asked(new Request("1", AT, "bo", Pacing.request(what, share), "")).orElseThrow();
  }

  @Test
  void whatWasAskedIsFolded() {
    Pacing pacing = Pacing.NONE.after(asked(Ordered.SHARE, 0.3), AT);
    assertThat(pacing.order()).isEqualTo(new PaceOrder(false, OptionalDouble.of(0.3)));
    pacing = pacing.after(asked(Ordered.PAUSE, null), AT);
    assertThat(pacing.order()).isEqualTo(new PaceOrder(true, OptionalDouble.of(0.3)));
    assertThat(pacing.pause()).isEqualTo(asked(Ordered.PAUSE, null));
    pacing = pacing.after(asked(Ordered.SHARE, null), AT.plusSeconds(5));
    assertThat(pacing.order()).isEqualTo(new PaceOrder(true, OptionalDouble.empty()));
    assertThat(pacing.since()).isEqualTo(AT);
    assertThat(pacing.after(asked(Ordered.RESUME, null), AT)).isEqualTo(Pacing.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"take-back", "pace:", "pace:0", "pace:0.0", "pace:1.5", "pace:x", "paces"})
  void whatIsNoneIsLeftToOthers(String kind) {
    assertThat(Pacing.asked(new Request("1", AT, "bo", kind, ""))).isEmpty();
  }
}
