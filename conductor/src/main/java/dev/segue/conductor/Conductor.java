package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepState.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Carries out what [Decisions] decides, one step at a time: intent, look, act, look, outcome.
final class Conductor {

  private static final Duration ASK_EVERY = Duration.ofSeconds(1);

  private final Change change;
  private final RunContext context;
  private final Map<String, Step> steps = new LinkedHashMap<>();

  Conductor(Change change, List<Step> steps, RunContext context) {
    this.change = change;
    this.context = context;
    steps.forEach(s -> this.steps.put(s.id(), s));
  }

  /// From here on no earlier conductor's order is carried out any more, wherever it may be.
  void claim() {
    for (Step step : steps.values()) {
      context.at(step.id());
      step.claim(context);
    }
  }

  /// Goes on until nothing can be done without a person or without the passing of time.
  Standstill proceed() {
    while (true) {
      switch (Decisions.decide(change, context.state(), context.now())) {
        case Decision.Perform p -> {
          Optional<Standstill> stop = perform(step(p.step()));
          if (stop.isPresent()) {
            return stop.get();
          }
        }
        case Decision.TakeBack t -> {
          Optional<Standstill> stop = takeBack(step(t.step()));
          if (stop.isPresent()) {
            return stop.get();
          }
        }
        case Decision.Rest r -> {
          return new Standstill.Resting(r.until(), r.why());
        }
        case Decision.End e -> context.record(new Event.Ended(e.outcome()));
        case Decision.Over o -> {
          return new Standstill.Over(o.outcome());
        }
      }
    }
  }

  /// Waits for a person's request until then; a request to go back turns the run round.
  void rest(Instant until) {
    try {
      while (context.now().isBefore(until)
          && !context.state().course().finishRequested()
          && !context.state().goingBack()) {
        Duration left = Duration.between(context.now(), until);
        context.pause(left.compareTo(ASK_EVERY) < 0 ? left : ASK_EVERY);
      }
    } catch (TurnRound turn) {
      context.record(turn.event());
    }
  }

  /// Looks whether what the journal says was done is still so; used when a conductor takes over.
  /// While a dead man's switch may have fired, so until the watch has ended and the new version is
  /// settled, a difference turns the run round. Later a person decides. Once the contract has begun
  /// there is nothing to compare: it removes what earlier steps made, and only goes on.
  ///
  /// @return what differs and needs a person, or empty
  Optional<Standstill> compareWithWorld() {
    RunState run = context.state();
    if (run.goingBack() || run.outcome() != null || run.contractBegun()) {
      return Optional.empty();
    }
    for (StepState state : context.state().inOrder()) {
      if (state.status() != Status.APPLIED) {
        continue;
      }
      String id = state.step().id();
      Optional<String> drift = drift(step(id));
      if (drift.isPresent()) {
        context.record(new Event.Drifted(id, drift.get()));
        String why = id + ": " + drift.get();
        if (settled()) {
          return Optional.of(new Standstill.NeedsPerson(id, "drifted", why, null));
        }
        context.record(new Event.TakeBackStarted(Event.Cause.DRIFTED, why, "segue", null));
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean settled() {
    return context.state().trial().ended() != null
        && context.state().inOrder().stream()
            .filter(s -> s.step().stage() == Stage.SETTLE)
            .allMatch(s -> s.status() == Status.APPLIED);
  }

  private Optional<String> drift(Step step) {
    context.at(step.id());
    return switch (step.observe(context)) {
      case Observation.Present p -> Optional.empty();
      case Observation.Traceless t -> Optional.empty();
      case Observation.Absent a -> Optional.of(a.why() == null ? "its effect is gone" : a.why());
      case Observation.Partial p -> Optional.of(p.what());
    };
  }

  private Optional<Standstill> perform(Step step) {
    String id = step.id();
    context.at(id);
    context.record(new Event.StepStarted(id));
    Event outcome;
    try {
      outcome = act(step);
    } catch (FencedException e) {
      throw e;
    } catch (TurnRound turn) {
      context.record(turn.event());
      return Optional.empty();
    } catch (OutOfReachException e) {
      return Optional.of(
          new Standstill.NeedsPerson(id, e.code(), String.valueOf(e.getMessage()), e.remedy()));
    } catch (GatesRefusedException e) {
      outcome = new Event.StepFailed(id, e.code(), e.getMessage(), e.remedy(), e.findings());
    } catch (SegueException e) {
      outcome = new Event.StepFailed(id, e.code(), e.getMessage(), e.remedy(), List.of());
    } catch (RuntimeException e) {
      outcome = new Event.StepFailed(id, "internal", internal(e), null, List.of());
    }
    context.record(outcome);
    if (!(outcome instanceof Event.StepFailed failed)) {
      return Optional.empty();
    }
    if (step.stage().ending()) {
      return Optional.of(
          new Standstill.NeedsPerson(id, failed.code(), failed.reason(), failed.remedy()));
    }
    context.record(
        new Event.TakeBackStarted(
            Event.Cause.STEP_FAILED, id + ": " + failed.reason(), "segue", null));
    return Optional.empty();
  }

  /// A step that stands is at work again, as [Run#retry] says.
  Standstill retry(String id, Function<StepContext, Facts> work) {
    context.at(id);
    try {
      context.look();
      context.record(new Event.Retried(id, work.apply(context)));
    } catch (FencedException e) {
      throw e;
    } catch (TurnRound turn) {
      context.record(turn.event());
    } catch (SegueException e) {
      return retryFailed(new Event.RetryFailed(id, e.code(), e.getMessage(), e.remedy()));
    } catch (RuntimeException e) {
      return retryFailed(new Event.RetryFailed(id, "internal", internal(e), null));
    }
    return proceed();
  }

  private Standstill retryFailed(Event.RetryFailed failed) {
    context.record(failed);
    return new Standstill.NeedsPerson(
        failed.step(), failed.code(), failed.reason(), failed.remedy());
  }

  private Event act(Step step) {
    context.look();
    Observation before = step.observe(context);
    if (before instanceof Observation.Present present) {
      return new Event.StepApplied(step.id(), true, present.facts());
    }
    if (before instanceof Observation.Partial partial && !partial.ours()) {
      throw new SegueException(Kind.EXTERNAL, "in-the-way", partial.what(), null);
    }
    if (step.stage() == Stage.SWITCH && before instanceof Observation.Absent) {
      // Not where an earlier conductor has switched: what is bad then is the new version's doing.
      context.excuseWhatIsAlreadyBad();
    }
    Facts facts = step.apply(context);
    return switch (step.observe(context)) {
      case Observation.Present p -> new Event.StepApplied(step.id(), false, facts);
      case Observation.Traceless t -> new Event.StepApplied(step.id(), false, facts);
      case Observation.Absent a ->
          throw notSo(step, a.why() == null ? "nothing of it can be seen" : a.why());
      case Observation.Partial p -> throw notSo(step, p.what());
    };
  }

  private Optional<Standstill> takeBack(Step step) {
    String id = step.id();
    context.at(id);
    context.record(new Event.StepTakingBack(id));
    Event outcome;
    try {
      outcome = undo(step);
    } catch (FencedException e) {
      throw e;
    } catch (SegueException e) {
      outcome = new Event.TakeBackFailed(id, e.code(), e.getMessage(), e.remedy());
    } catch (RuntimeException e) {
      outcome = new Event.TakeBackFailed(id, "internal", internal(e), null);
    }
    context.record(outcome);
    return outcome instanceof Event.TakeBackFailed failed
        ? Optional.of(
            new Standstill.NeedsPerson(id, failed.code(), failed.reason(), failed.remedy()))
        : Optional.empty();
  }

  private Event undo(Step step) {
    Observation before = step.observe(context);
    if (before instanceof Observation.Absent) {
      return new Event.StepTakenBack(step.id(), true, Facts.NONE);
    }
    if (before instanceof Observation.Partial partial && !partial.ours()) {
      throw new SegueException(Kind.EXTERNAL, "in-the-way", partial.what(), null);
    }
    Facts facts = step.takeBack(context);
    Event.StepTakenBack done = new Event.StepTakenBack(step.id(), step.stays(), facts);
    return switch (step.observe(context)) {
      case Observation.Absent a -> done;
      case Observation.Traceless t ->
          new Event.StepTakenBack(step.id(), facts.values().isEmpty(), facts);
      case Observation.Present p -> {
        if (!step.stays()) {
          throw notSo(step, "it is still there after it was taken back");
        }
        yield done;
      }
      case Observation.Partial p -> throw notSo(step, p.what());
    };
  }

  private static SegueException notSo(Step step, String what) {
    return new SegueException(
        Kind.EXTERNAL, "not-verified", step.id() + " did not come to be: " + what, null);
  }

  private static String internal(RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return "a defect of Segue: " + e + (trace.length > 0 ? " at " + trace[0] : "");
  }

  private Step step(String id) {
    Step step = steps.get(id);
    if (step == null) {
      throw new SegueException(
          Kind.USER,
          "unknown-step",
          "The run has a step '" + id + "' that this Segue does not know",
          "Go on with the version of Segue that began the run, or with a newer one.");
    }
    return step;
  }
}
