package dev.segue.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What older and newer Segues have written can be read.
class EventTextTest {

  @Test
  void whatAnOlderJournalDoesNotSayIsFalse() {
    assertThat(
            EventText.parse(
                "take-back-started",
                """
                {"cause":"BY_HAND","why":"odd","by":"ana@laptop","request":null}\
                """))
        .isEqualTo(
            new Event.TakeBackStarted(Event.Cause.BY_HAND, "odd", "ana@laptop", null, false));
    assertThat(EventText.parse("finish-requested", "{\"by\":\"ana@laptop\",\"reason\":\"old\"}"))
        .isEqualTo(new Event.FinishRequested("ana@laptop", "old", null, false));
    assertThat(
            EventText.parse(
                "step-failed",
                """
                {"step":"gates","code":"gates","reason":"NO","findings":
                  [{"level":"REFUSED","gate":"health","message":"ill","remedy":null}]}\
                """))
        .isEqualTo(
            new Event.StepFailed(
                "gates", "gates", "NO", null, List.of(Finding.refused("health", "ill", null))));
  }

  @Test
  void whatANewerOneSaysBesidesIsSkipped() {
    assertThat(EventText.parse("conductor-changed", "{\"by\":\"ana@laptop\",\"mood\":\"good\"}"))
        .isEqualTo(new Event.ConductorChanged("ana@laptop"));
  }
}
