package dev.segue.conductor;

import dev.segue.conductor.StepState.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a run's events come to: a fold, and nothing but a fold.
///
/// @param steps by id, in the order of the plan
public record RunState(
    String run,
    Event.RunStarted start,
    Instant startedAt,
    Map<String, StepState> steps,
    Trial trial,
    Course course) {

  public RunState {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /// The state after the first event.
  public static RunState begin(String run, Event.RunStarted start, Instant at) {
    Map<String, StepState> steps = new LinkedHashMap<>();
    for (PlannedStep step : start.plan()) {
      StepState pending = StepState.pending(step);
      boolean begun = start.replaces() != null && !step.stage().ending();
      steps.put(step.id(), begun ? pending.started(at) : pending);
    }
    return new RunState(run, start, at, steps, Trial.NONE, Course.FORWARDS);
  }

  /// The state after one more event.
  public RunState after(Event event, Instant at) {
    return switch (event) {
      case Event.RunStarted e -> throw new IllegalArgumentException("a run starts once: " + e);
      case Event.ConductorChanged e -> this;
      case Event.Drifted e -> this;
      case Event.StepStarted e -> step(e.step(), s -> s.started(at));
      case Event.StepApplied e ->
          step(e.step(), s -> s.applied(at, e.adopted(), e.facts())).switched(at);
      case Event.StepFailed e ->
          step(e.step(), s -> s.failed(at, e.reason())).with(course.waiting());
      case Event.RulesMoved e -> with(trial.remembers(e.memory()));
      case Event.RuleBreached e -> with(trial.broken(e, at));
      case Event.WatchEnded e -> with(trial.over(e));
      case Event.TakeBackStarted e -> with(course.turned(e));
      case Event.StepTakingBack e -> step(e.step(), s -> s.takingBack(at));
      case Event.StepTakenBack e -> step(e.step(), s -> s.takenBack(at, e.facts()));
      case Event.TakeBackFailed e -> step(e.step(), s -> s.stuck(at, e.reason()));
      case Event.FinishRequested e -> with(course.finishing(e));
      case Event.PaceOrdered e -> with(course.paced(e, at));
      case Event.RetryStarted e -> this;
      case Event.Retried e -> step(e.step(), s -> s.retried(e.facts()));
      case Event.RetryFailed e -> this;
      case Event.Ended e -> with(course.ended(e.outcome(), at));
    };
  }

  public boolean goingBack() {
    return course.takeBack() != null;
  }

  /// Null until the run has ended.
  public @Nullable Outcome outcome() {
    return course.outcome();
  }

  /// Null before the switch.
  public @Nullable Instant switchedAt() {
    return trial.switchedAt();
  }

  /// The state of a step of this run's plan.
  public StepState step(String id) {
    StepState state = steps.get(id);
    if (state == null) {
      throw new IllegalArgumentException("no step " + id + " in " + run);
    }
    return state;
  }

  /// Steps in the order of the plan.
  public Collection<StepState> inOrder() {
    return steps.values();
  }

  /// Steps in the order they are taken back.
  public List<StepState> backwards() {
    return new ArrayList<>(steps.values()).reversed();
  }

  /// Whether the one step that cannot be taken back has begun.
  public boolean contractBegun() {
    return steps.values().stream()
        .anyMatch(s -> s.step().stage() == Stage.CONTRACT && s.status().touched());
  }

  private RunState step(String id, UnaryOperator<StepState> edit) {
    Map<String, StepState> next = new LinkedHashMap<>(steps);
    next.put(id, edit.apply(step(id)));
    return new RunState(run, start, startedAt, next, trial, course);
  }

  /// The windows count from the switch, or, without one, from the last step before the watch.
  private RunState switched(Instant at) {
    boolean all =
        steps.values().stream()
            .filter(s -> s.step().stage().compareTo(Stage.SWITCH) <= 0)
            .allMatch(s -> s.status() == Status.APPLIED);
    return all && trial.switchedAt() == null ? with(trial.beganAt(at)) : this;
  }

  private RunState with(Trial next) {
    return new RunState(run, start, startedAt, steps, next, course);
  }

  private RunState with(Course next) {
    return new RunState(run, start, startedAt, steps, trial, next);
  }
}
