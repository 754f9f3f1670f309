package dev.segue.conductor;

import org.jspecify.annotations.Nullable;

/// What a step sees when it looks whether it has already happened.
public sealed interface Observation {

  /// The world is as before the step.
  ///
  /// @param why worth telling a person, where the step had happened and something undid it; else
  ///   null
  record Absent(@Nullable String why) implements Observation {}

  /// The step's effect is there, whole.
  record Present(Facts facts) implements Observation {}

  /// Something of it is there, or something else is in its place; `what` says so to a person.
  ///
  /// @param ours whether the step may go on or clean up by itself
  record Partial(String what, boolean ours) implements Observation {}

  /// The step leaves nothing one could look for; doing it again is harmless.
  record Traceless() implements Observation {}

  Observation ABSENT = new Absent(null);
  Observation TRACELESS = new Traceless();

  static Observation present() {
    return new Present(Facts.NONE);
  }
}
