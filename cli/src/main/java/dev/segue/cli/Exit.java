package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.conductor.Outcome;

/// What a command's exit code says.
enum Exit {
  DONE(0),
  /// Failed and taken back: the system is as before.
  TAKEN_BACK(1),
  /// What was compared is not the same.
  DIFFERENT(1),
  /// What was looked at would fail if one began now.
  WOULD_FAIL(1),
  /// Wrong use or bad input; nothing was changed.
  USAGE(2),
  /// A gate or a window said no.
  REFUSED(3),
  /// A person is needed; the output says what state things are in and what to run.
  NEEDS_PERSON(4);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Exit of(SegueException.Kind kind) {
    return switch (kind) {
      case USER -> USAGE;
      case REFUSED -> REFUSED;
      case EXTERNAL, RESOURCES, INTERNAL -> NEEDS_PERSON;
    };
  }

  static Exit of(Outcome outcome) {
    return switch (outcome) {
      case DONE -> DONE;
      case TAKEN_BACK -> TAKEN_BACK;
      case REFUSED -> REFUSED;
    };
  }
}
