package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Event;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Standstill;
import dev.segue.conductor.journal.LeaseHeldException;
import java.util.Optional;

/// What `rollback` and `abort` share: go back oneself, or ask the conductor that is at it.
final class GoingBack {

  private final Terminal terminal;
  private final ChangeArguments arguments;

  GoingBack(Terminal terminal, ChangeArguments arguments) {
    this.terminal = terminal;
    this.arguments = arguments;
  }

  Exit carryOut(Event.Cause cause, String reason, boolean force) {
    if (force && reason.isBlank()) {
      throw new SegueException(
          Kind.USER, "reason-missing", "--force needs --reason: it is journaled", null);
    }
    String why = reason.isBlank() ? "no reason given" : reason;
    if (!Desk.wasBegun(arguments.target(), terminal)) {
      throw nothing();
    }
    try (Conducting conducting = new Conducting(terminal, arguments)) {
      RunState latest = conducting.desk().runs().latest().orElseThrow(this::nothing);
      if (latest.outcome() != null) {
        return ended(latest);
      }
      try {
        Optional<Run> resumed = conducting.desk().runs().resume();
        if (resumed.isEmpty()) {
          return ended(conducting.desk().runs().latest().orElseThrow(this::nothing));
        }
        try (Run run = resumed.get()) {
          Standstill standstill = run.takeBack(cause, why, force);
          Exit exit = conducting.conclude(standstill, run);
          return exit == Exit.TAKEN_BACK ? Exit.DONE : exit;
        }
      } catch (LeaseHeldException held) {
        String kind = cause == Event.Cause.ABORTED ? Run.ABORT : Run.TAKE_BACK;
        String request = conducting.desk().runs().request(latest.run(), kind, why);
        terminal.err().println("asked the conductor at work (" + held.getMessage() + ")");
        return new Following(terminal, conducting.desk()).until(latest.run(), request);
      }
    }
  }

  private SegueException nothing() {
    return new SegueException(
        Kind.USER,
        "no-run",
        "There is no run of this change to take back",
        "segue plan " + arguments.file());
  }

  private Exit ended(RunState state) {
    if (state.outcome() == Outcome.DONE) {
      throw new SegueException(
          Kind.REFUSED,
          "contract-done",
          state.run() + " is done, the contract included: it cannot be taken back",
          "For the data as it was before, restore the backup; to go on, write the next change.");
    }
    terminal
        .out()
        .println(
            "Nothing to take back: "
                + state.run()
                + " ended "
                + state.outcome()
                + ". The safe state, which is the state now: the old version on the old schema.");
    return Exit.DONE;
  }
}
