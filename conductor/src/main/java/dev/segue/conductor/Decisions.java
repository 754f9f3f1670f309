package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepContext.Window;
import dev.segue.conductor.StepState.Status;
import dev.segue.watch.Verdict;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what is next: a pure function of the change, the journal and the time.
public final class Decisions {

  private Decisions() {}

  /// Never asks for an ending step before `finish` or the contract's delay, and never for a way
  /// back once the contract has begun.
  public static Decision decide(Change change, RunState state, Instant now) {
    if (state.outcome() != null) {
      return new Decision.Over(state.outcome());
    }
    return state.goingBack() ? backwards(state) : forwards(change, state, now);
  }

  private static Decision backwards(RunState state) {
    return state.backwards().stream()
        .filter(s -> s.status().touched())
        .findFirst()
        .<Decision>map(s -> new Decision.TakeBack(s.step().id()))
        .orElseGet(() -> new Decision.End(refused(state) ? Outcome.REFUSED : Outcome.TAKEN_BACK));
  }

  /// Refused means that the gates were as far as it came.
  private static boolean refused(RunState state) {
    return state.inOrder().stream()
            .filter(s -> s.step().stage() != Stage.GATES)
            .allMatch(s -> s.status() == Status.PENDING)
        && state.course().takeBack() != null
        && state.course().takeBack().cause() == Event.Cause.STEP_FAILED;
  }

  private static Decision forwards(Change change, RunState state, Instant now) {
    Optional<StepState> next =
        state.inOrder().stream().filter(s -> s.status() != Status.APPLIED).findFirst();
    if (next.isEmpty()) {
      return new Decision.End(Outcome.DONE);
    }
    PlannedStep step = next.get().step();
    if (step.stage().ending() && !state.course().finishRequested() && !state.contractBegun()) {
      Windows windows = Windows.of(change, state.switchedAt());
      if (windows != null && now.isBefore(windows.contractAt())) {
        return new Decision.Rest(windows.contractAt(), "waits for 'segue finish' or the delay");
      }
      if (state.trial().ended() != null && state.trial().ended().verdict() != Verdict.PASS) {
        return new Decision.Rest(
            Instant.MAX,
            "the watch ended " + state.trial().ended().verdict() + ": a person decides");
      }
      if (next.get().status() == Status.FAILED) {
        return new Decision.Rest(Instant.MAX, "the last try failed: a person decides");
      }
    }
    return new Decision.Perform(step.id());
  }

  /// Why the run may not be turned round now.
  ///
  /// @param forced also when only the way forward is open
  public static Optional<SegueException> whyNotTakeBack(
      Change change, RunState state, Instant now, boolean forced) {
    if (state.goingBack()) {
      return Optional.empty();
    }
    if (state.contractBegun()) {
      return refusal(
          "contract-begun",
          "The contract step of " + state.run() + " has begun: it cannot be taken back",
          "Go on with 'segue finish'; for the data as it was, restore the backup.");
    }
    Windows windows = Windows.of(change, state.switchedAt());
    return forced || Windows.at(windows, now) != Window.FORWARD_ONLY
        ? Optional.empty()
        : refusal(
            "window-closed",
            "The window for going back by hand is over for " + state.run(),
            "Mend forwards, or insist: segue rollback --force --reason '…'");
  }

  /// Why the ending steps may not be asked for now.
  ///
  /// @param forced also before the window for going back by hand is over, or in spite of the
  ///   verdict
  public static Optional<SegueException> whyNotFinish(
      Change change, RunState state, Instant now, boolean forced) {
    if (state.goingBack()) {
      return refusal("going-back", state.run() + " is being taken back", null);
    }
    Event.WatchEnded ended = state.trial().ended();
    if (change.watch() != null && ended == null) {
      return refusal(
          "not-watched",
          state.run() + " has not come through its watch",
          "Go on with 'segue run'.");
    }
    if (forced) {
      return Optional.empty();
    }
    Windows windows = Windows.of(change, state.switchedAt());
    if (windows != null && now.isBefore(windows.byHandUntil())) {
      return refusal(
          "window-open",
          "The window for going back by hand is open until "
              + Moment.text(windows.byHandUntil())
              + "; after the contract nobody can go back",
          "Wait, or insist: segue finish --force --reason '…'");
    }
    if (ended != null && ended.verdict() != Verdict.PASS) {
      return refusal(
          "not-passed",
          "The watch ended " + ended.verdict() + ": " + ended.why(),
          "Look at the report; then insist: segue finish --force --reason '…'");
    }
    return Optional.empty();
  }

  /// Why a step may not try again what it had to leave out.
  public static Optional<SegueException> whyNotRetry(RunState state, String step) {
    String run = state.run();
    if (state.outcome() != null || state.goingBack() || state.contractBegun()) {
      return refusal(
          "retry-too-late",
          run
              + (state.outcome() == null ? " is on its last way" : " has ended")
              + ": what it left out cannot be tried again as a part of it",
          "Mend the data; a new run finds what is still in an old form.");
    }
    StepState found = state.steps().get(step);
    return found != null && found.status() == Status.APPLIED
        ? Optional.empty()
        : refusal(
            "retry-too-early",
            run + " has not come through its step " + step + " yet",
            "Go on with the run first; it tries everything.");
  }

  private static Optional<SegueException> refusal(
      String code, String message, @Nullable String remedy) {
    return Optional.of(new SegueException(Kind.REFUSED, code, message, remedy));
  }
}
