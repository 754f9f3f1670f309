package dev.segue.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Facts;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.conductor.journal.Entry;
import dev.segue.report.Report;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Change CHANGE =
      ChangeFile.parse(
          """
          change: dates
          redis: { url: redis://localhost }
          backfill:
            - { keys: "m:*", name: members, convert: [{ datetime-to-epoch: { fields: a } }] }
          """,
          Path.of("change.yaml"),
          Map.of());

  private static PlannedStep step(String id) {
    return new PlannedStep(id, Stage.EXPAND, id, List.of(), "", "");
  }

  @Test
  void theJournalTellsEachEventAsItWasThen() {
    Event.RunStarted start =
        new Event.RunStarted("dates", "", "", "", "ana", "", List.of(step("a"), step("b")), null);
    List<Event> events =
        List.of(
            new Event.StepStarted("a"),
            new Event.StepApplied("a", false, Facts.NONE),
            new Event.ConductorChanged("ben"),
            new Event.StepStarted("b"),
            new Event.StepApplied("b", false, Facts.NONE));
    RunState state = RunState.begin("dates-1", start, AT);
    List<Entry> entries = new ArrayList<>(List.of(entry(1, start)));
    for (Event event : events) {
      state = state.after(event, AT);
      entries.add(entry(entries.size() + 1, event));
    }

    Report report = new RunReport(CHANGE, state, entries, "here", "change.yaml").of(List.of());

    assertThat(report.journal().get(3).text()).isEqualTo("dates-1 goes on, by ben; done so far: a");
  }

  private static Entry entry(long seq, Event event) {
    return new Entry(seq, 1, AT, 1, EventText.kind(event), EventText.body(event), "", "");
  }
}
