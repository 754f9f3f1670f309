package dev.segue.conductor.simulation;

/// `kill -9` of a simulated conductor. An error, so that nothing in the conductor catches it.
final class Killed extends Error {

  private static final long serialVersionUID = 1L;

  Killed() {
    super("killed", null, false, false);
  }
}
