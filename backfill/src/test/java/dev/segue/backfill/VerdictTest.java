package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Verdict.Figure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Limit LAG = new Limit("replica lag", Limit.Kind.STOP, 10, " s");
  private static final Limit WAITING = new Limit("waiting", Limit.Kind.SLOW, 0, " sessions");

  private static Verdict judge(Map<String, Figure> figures) {
    return Verdict.of(List.of(WAITING, LAG), figures, NOW, Duration.ofSeconds(5));
  }

  private static Figure now(double value) {
    return new Figure(value, NOW);
  }

  @Test
  void goesWhereEveryLimitIsKept() {
    assertThat(judge(Map.of("replica lag", now(10), "waiting", now(0)))).isEqualTo(Verdict.GO);
  }

  @Test
  void stopsWithTheFigureAndTheLimit() {
    assertThat(judge(Map.of("replica lag", now(12.34), "waiting", now(3))))
        .isEqualTo(new Verdict.Stop("replica lag is 12.3 s, more than 10"));
  }

  @Test
  void goesSlowerUnderPressure() {
    assertThat(judge(Map.of("replica lag", now(0), "waiting", now(3))))
        .isEqualTo(new Verdict.Slow("waiting is 3 sessions, more than 0"));
  }

  @Test
  void whatIsNotKnownStopsWhatIsOldToo() {
    assertThat(judge(Map.of("waiting", now(0))))
        .isEqualTo(new Verdict.Stop("replica lag is not known"));
    assertThat(judge(Map.of("replica lag", new Figure(0, NOW.minusSeconds(6)))))
        .isEqualTo(new Verdict.Stop("replica lag is not known"));
  }

  @Test
  void pressureThatIsNotKnownIsNone() {
    assertThat(judge(Map.of("replica lag", now(0)))).isEqualTo(Verdict.GO);
  }
}
