package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import dev.segue.conductor.StepState;
import dev.segue.conductor.StepState.Status;
import dev.segue.conductor.journal.Entry;
import dev.segue.report.Report;
import dev.segue.report.Report.Ending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A run's steps as the report shows them, there and back.
record StepsReport(RunState state, List<Entry> entries) {

  List<Report.Step> forwards() {
    return state.inOrder().stream().map(StepsReport::step).toList();
  }

  private static Report.Step step(StepState s) {
    return new Report.Step(
        s.step().id(),
        s.step().title(),
        s.forwards().began(),
        s.forwards().ended(),
        ending(s.status()),
        s.adopted(),
        shown(s.facts()));
  }

  private static Report.Step back(StepState s) {
    return new Report.Step(
        s.step().id(),
        s.step().title(),
        s.backwards().began(),
        s.backwards().ended(),
        ending(s.status()),
        false,
        shown(s.takeBackFacts()));
  }

  /// Findings have a chapter of their own, an instant in milliseconds says nothing to people, and
  /// what was tried again is told by the journal.
  private static Map<String, Object> shown(Facts facts) {
    Map<String, Object> shown = new LinkedHashMap<>(facts.values());
    shown.keySet().removeIf(name -> name.equals("findings") || name.endsWith("_at"));
    shown.computeIfPresent("retries", (name, all) -> all instanceof List<?> l ? l.size() : all);
    return shown;
  }

  List<Report.Lock> locks() {
    List<Report.Lock> locks = new ArrayList<>();
    for (StepState s : state.inOrder()) {
      lock(s.step().id(), s.facts().values(), locks);
      lock(s.step().id() + ", taken back", s.takeBackFacts().values(), locks);
    }
    return locks;
  }

  private static void lock(String step, Map<String, Object> facts, List<Report.Lock> locks) {
    if (facts.get("lock_ms") instanceof Number ms) {
      int attempts = facts.get("attempts") instanceof Number n ? n.intValue() : 1;
      locks.add(new Report.Lock(step, ms.doubleValue(), attempts));
    }
  }

  /// Null where nothing was taken back.
  Report.@Nullable WayBack wayBack() {
    Event.TakeBackStarted back = state.course().takeBack();
    if (back == null || state.outcome() == Outcome.REFUSED) {
      return null;
    }
    Instant started =
        entries.stream()
            .filter(e -> e.kind().equals("take-back-started"))
            .map(Entry::at)
            .findFirst()
            .orElse(state.startedAt());
    Instant restored =
        state.inOrder().stream()
            .flatMap(s -> s.takeBackFacts().number("restored_at").stream())
            .map(Instant::ofEpochMilli)
            .findFirst()
            .orElse(null);
    Set<String> undone = undone();
    List<Report.Step> steps =
        state.backwards().stream()
            .filter(s -> undone.contains(s.step().id()) || s.status() == Status.STUCK)
            .map(StepsReport::back)
            .toList();
    return new Report.WayBack(
        back.why() + (back.forced() ? " (forced)" : ""), back.by(), started, restored, steps);
  }

  /// Steps of which something had to be taken back.
  private Set<String> undone() {
    return entries.stream()
        .map(e -> EventText.parse(e.kind(), e.body()))
        .filter(e -> e instanceof Event.StepTakenBack back && !back.adopted())
        .map(e -> ((Event.StepTakenBack) e).step())
        .collect(Collectors.toSet());
  }

  private static Ending ending(Status status) {
    return switch (status) {
      case PENDING -> Ending.NOT_BEGUN;
      case STARTED, TAKING_BACK -> Ending.OPEN;
      case APPLIED -> Ending.DONE;
      case FAILED, STUCK -> Ending.FAILED;
      case TAKEN_BACK -> Ending.TAKEN_BACK;
    };
  }
}
