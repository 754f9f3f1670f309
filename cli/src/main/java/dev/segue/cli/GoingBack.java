package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.Run;

/// What `rollback` and `abort` share: a run that has not ended goes back.
final class GoingBack {

  private final Terminal terminal;
  private final ChangeArguments arguments;

  GoingBack(Terminal terminal, ChangeArguments arguments) {
    this.terminal = terminal;
    this.arguments = arguments;
  }

  Exit carryOut(String run, Event.Cause cause, String why, boolean force) {
    String request =
        cause == Event.Cause.ABORTED ? Run.ABORT : force ? Run.FORCED_TAKE_BACK : Run.TAKE_BACK;
    try (Conducting conducting = new Conducting(terminal, arguments)) {
      Exit exit = conducting.carryOut(run, request, why, mine -> mine.takeBack(cause, why, force));
      return exit == Exit.TAKEN_BACK ? Exit.DONE : exit;
    }
  }
}
