package dev.segue.conductor;

/// One thing that is done, can be seen, and can be taken back.
///
/// The conductor journals the intent, calls [#observe], acts only when that does not say it has
/// happened, observes again and journals the outcome. So every method may be called again after a
/// crash at any line of an earlier call, by another process on another day; a step keeps nothing in
/// fields that is not in the change file, the journal (see [StepContext#factsOf]) or the world.
public interface Step {

  /// Reads at most; changes nothing. Never called for a run that has begun.
  PlannedStep describe();

  /// The same as in [#describe], without reaching the world.
  String id();

  Stage stage();

  /// Has it happened?
  Observation observe(StepContext context);

  /// Makes it so, from [Observation.Absent] or from a [Observation.Partial] of its own.
  ///
  /// @return what was measured
  /// @throws dev.segue.change.SegueException when it cannot; what it did by then is still taken
  ///   back
  Facts apply(StepContext context);

  /// Makes it as before, from [Observation.Present] or [Observation.Partial]. A step that cannot be
  /// taken back is in the [Stage#CONTRACT] stage and is never asked.
  Facts takeBack(StepContext context);

  /// Whether a new run needs it, as things are now; a step that is not needed is left out of the
  /// plan, and a run has the steps of its plan only. Reads at most; asked once, before the run
  /// begins. For ways that exclude each other and can be told apart only by looking.
  default boolean needed() {
    return true;
  }

  /// Whether its effect outlives a way back on purpose: a backup, the router.
  default boolean stays() {
    return false;
  }

  /// Called when a conductor begins or takes over, before it looks at anything: from here on
  /// whoever carries out this step's orders refuses those of every earlier conductor, one that is
  /// still on its way included. Without it an order sent before the takeover could arrive after it,
  /// where nobody has told of the newer epoch yet.
  ///
  /// For effects outside a database that compares the epoch in its own transaction.
  ///
  /// @throws FencedException when a later conductor has been there
  default void claim(StepContext context) {}

  /// Called at every sample of the watch while this step's effect stands; for what must be renewed.
  default void renew(StepContext context) {}
}
