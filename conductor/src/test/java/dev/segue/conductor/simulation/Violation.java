package dev.segue.conductor.simulation;

/// An invariant does not hold. An error, so that nothing in the conductor takes it for a failed
/// step.
final class Violation extends Error {

  private static final long serialVersionUID = 1L;

  Violation(String what) {
    super(what, null, false, false);
  }
}
