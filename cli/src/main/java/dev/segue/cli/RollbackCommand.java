package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue rollback`: take it back by hand.
@Command(
    name = "rollback",
    description = {
      "Takes the change back: traffic to the old version, the new one stopped, the schema as it was."
          + " No write is lost. Works while another terminal runs the change, after it ended its"
          + " watch, and after a crash; with --force also after the window for going back by hand; not"
          + " once the contract has begun. In an emergency, where it only matters to be safe:"
          + " 'segue abort'.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue rollback change.yaml --reason 'unusual errors in the tracker'",
      "  segue rollback change.yaml --force --reason 'agreed with the DBA'    after the window"
    })
final class RollbackCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;
  @Mixin private Force force;

  @Override
  public Integer call() {
    boolean forced = force.given();
    Terminal terminal = segue.terminal();
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
      return ended(terminal, latest).code();
    }
    return new GoingBack(terminal, arguments)
        .carryOut(
            latest.run(),
            Event.Cause.BY_HAND,
            Objects.requireNonNullElse(force.reason(), "no reason given"),
            forced)
        .code();
  }

  private SegueException nothing() {
    return new SegueException(
        Kind.USER,
        "no-run",
        "There is no run of this change to take back",
        "segue plan " + arguments.file());
  }

  private Exit ended(Terminal terminal, RunState state) {
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
}
