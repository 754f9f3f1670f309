package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import java.util.Map;
import java.util.Objects;

/// What `rollback` and `abort` share: a run that has not ended goes back.
final class GoingBack {

  private final Terminal terminal;
  private final ChangeArguments arguments;

  GoingBack(Terminal terminal, ChangeArguments arguments) {
    this.terminal = terminal;
    this.arguments = arguments;
  }

  /// As a person asks for it.
  Exit byHand(Force force) {
    boolean forced = force.given();
    RunState latest;
    try (Desk desk = Desk.sketch(arguments.target(), terminal, new Listener() {})) {
      latest = desk.runs().latest().orElseThrow(this::nothing);
      if (latest.outcome() == null) {
        desk.runs()
            .whyNotTakeBack(latest, forced)
            .ifPresent(refusal -> {
              throw refusal;
            });
      }
    }
    if (latest.outcome() != null) {
      return ended(latest);
    }
    return carryOut(
        latest.run(),
        Event.Cause.BY_HAND,
        Objects.requireNonNullElse(force.reason(), "no reason given"),
        forced);
  }

  private SegueException nothing() {
    return new SegueException(
        Kind.USER,
        "no-run",
        "There is no run of this change to take back",
        "segue plan " + arguments.file());
  }

  private Exit ended(RunState state) {
    Outcome outcome = Objects.requireNonNull(state.outcome());
    if (outcome == Outcome.DONE) {
      throw new SegueException(
          Kind.REFUSED,
          "contract-done",
          state.run() + " is done, the contract included: it cannot be taken back",
          "For the data as it was before, restore the backup; to go on, write the next change.");
    }
    terminal
        .out()
        .println(
            arguments.json()
                ? Json.line(Map.of("run", state.run(), "outcome", outcome.name()))
                : "Nothing to take back: "
                    + state.run()
                    + " ended "
                    + outcome
                    + ". The system is as before.");
    return Exit.DONE;
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
