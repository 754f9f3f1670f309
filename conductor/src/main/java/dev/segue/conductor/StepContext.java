package dev.segue.conductor;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// What a step may use besides its own change: time, the run, and a way to wait.
public interface StepContext {

  /// The run this step belongs to, `rename-member-column-3`.
  String run();

  Instant now();

  /// Waits. While the change is being watched, samples are taken meanwhile, and a broken rule or an
  /// abort ends the wait by an exception that only the conductor catches.
  void pause(Duration time);

  /// Pauses in small pieces until the condition holds.
  ///
  /// @return false when the time was up first
  boolean await(BooleanSupplier condition, Duration atMost, Duration every);

  /// Tells people what is going on inside the step. Not journaled.
  ///
  /// @param done 0 to 1, or NaN when it cannot be said
  void progress(String what, double done);

  /// Whether the run has such a step: of ways that exclude each other its plan has one, and keeps
  /// it.
  default boolean planned(String stepId) {
    return true;
  }

  /// What an earlier step measured; [Facts#NONE] when it has not been applied in this run.
  Facts factsOf(String stepId);

  /// The window now, counted from the switch.
  Window window();

  /// Whether a person has said `--force`: a step may then go past a refusal that says so.
  default boolean forced() {
    return false;
  }

  /// Whether a person went past what the gates advised against: what they were asked about may then
  /// be ill.
  default boolean overridden() {
    return factsOf(GatesStep.ID).text(GatesStep.OVERRIDDEN_BY).isPresent();
  }

  /// What people have asked of the step's pace; looked up by [#pause], so never newer than the last
  /// call of it.
  default PaceOrder pace() {
    return PaceOrder.NONE;
  }

  /// Proof that this conductor is still the only one.
  Fence fence();

  /// A directory of this run's own for logs, exports and reports; it exists.
  Path directory();

  /// All facts so far, by step.
  Map<String, Facts> facts();

  /// Which ways back are open.
  enum Window {
    /// Nothing has been switched.
    BEFORE,
    /// Segue goes back by itself.
    AUTOMATIC,
    /// A person may ask to go back.
    BY_HAND,
    /// Going back needs `--force`.
    FORWARD_ONLY
  }
}
