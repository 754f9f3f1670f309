package dev.segue.conductor;

import dev.segue.watch.Judge;
import dev.segue.watch.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is journaled. A run is its events; everything else is computed from them.
public sealed interface Event {

  /// Always the first event.
  ///
  /// @param source the change file's text as it stood, placeholders unresolved, so that a later
  ///   conductor carries out what was planned and not what the file says by then
  /// @param digest SHA-256 of that text, in hex
  /// @param replaces the run whose place this one takes, so that every step may have been begun;
  ///   null for all others
  record RunStarted(
      String change,
      String summary,
      String source,
      String digest,
      String by,
      String segueVersion,
      List<PlannedStep> plan,
      @Nullable Replaced replaces)
      implements Event {
    public RunStarted {
      plan = List.copyOf(plan);
    }
  }

  /// A run that nobody can go on with, because its journal cannot be read.
  ///
  /// @param damage what is wrong with that journal
  record Replaced(String run, String damage, String reason) {}

  /// Another conductor goes on with the run.
  record ConductorChanged(String by) implements Event {}

  /// The intent; the effect may or may not follow.
  record StepStarted(String step) implements Event {}

  /// @param adopted the effect was found in place, left by an earlier, interrupted try
  record StepApplied(String step, boolean adopted, Facts facts) implements Event {}

  record StepFailed(
      String step, String code, String reason, @Nullable String remedy, List<Finding> findings)
      implements Event {
    public StepFailed {
      findings = List.copyOf(findings);
    }
  }

  /// What a conductor found when it looked at a step that the journal says was applied.
  record Drifted(String step, String what) implements Event {}

  /// The judge's memory changed: a rule became true, or good again.
  record RulesMoved(Judge.Memory memory) implements Event {}

  record RuleBreached(String rule, Instant since, String figures) implements Event {}

  record WatchEnded(Verdict verdict, String why) implements Event {}

  /// From here on the run goes backwards.
  ///
  /// @param request id of the request from another terminal that asked for it, or null
  /// @param forced by a person who insisted; older journals do not say it, which reads as false
  record TakeBackStarted(
      Cause cause, String why, String by, @Nullable String request, boolean forced)
      implements Event {

    TakeBackStarted(Cause cause, String why, String by, @Nullable String request) {
      this(cause, why, by, request, false);
    }
  }

  record StepTakingBack(String step) implements Event {}

  /// @param adopted there was nothing to do: no trace of the step, or one that stays on purpose
  record StepTakenBack(String step, boolean adopted, Facts facts) implements Event {}

  record TakeBackFailed(String step, String code, String reason, @Nullable String remedy)
      implements Event {}

  /// The steps that wait for a person may go on.
  ///
  /// @param request id of the request from another terminal that asked for it, or null
  /// @param forced by a person who insisted; older journals do not say it, which reads as false
  record FinishRequested(
      String by, @Nullable String reason, @Nullable String request, boolean forced)
      implements Event {}

  /// A person has a say in how fast long steps go; see [Pacing].
  ///
  /// @param share with [Ordered#SHARE], of the time that is worked; null: as the change file says
  /// @param request id of the request from another terminal that asked for it
  record PaceOrdered(
      Ordered what, @Nullable Double share, String by, @Nullable String reason, String request)
      implements Event {}

  /// A step that stands is at work again, on what it had to leave out.
  record RetryStarted(String step, String by) implements Event {}

  /// @param facts of this retry alone
  record Retried(String step, Facts facts) implements Event {}

  /// The step stands as before, and so does what the retry did by then.
  record RetryFailed(String step, String code, String reason, @Nullable String remedy)
      implements Event {}

  /// Always the last event.
  record Ended(Outcome outcome) implements Event {}

  /// What is asked of the pace.
  enum Ordered {
    PAUSE,
    RESUME,
    SHARE
  }

  /// Why a run turned round.
  enum Cause {
    STEP_FAILED,
    RULE_BREACHED,
    DRIFTED,
    BY_HAND,
    ABORTED
  }
}
