package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.journal.LeaseHeldException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue finish`: the contract step.
@Command(
    name = "finish",
    description = {
      "Ends the change for good: stops the old version and removes the old names. This cannot be"
          + " taken back, so it waits for the window for going back by hand to end.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue finish change.yaml",
      "  segue finish change.yaml --force --reason 'nobody is left on the old version'"
    })
final class FinishCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Option(
      names = "--force",
      description =
          "Also while the window is open or after a watch that did not pass; needs --reason.")
  private boolean force;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; journaled.",
      defaultValue = "")
  private String reason;

  @Override
  public Integer call() {
    if (force && reason.isBlank()) {
      throw new SegueException(
          Kind.USER, "reason-missing", "--force needs --reason: it is journaled", null);
    }
    Terminal terminal = segue.terminal();
    if (!Desk.wasBegun(arguments.target(), terminal)) {
      throw nothing();
    }
    try (Conducting conducting = new Conducting(terminal, arguments)) {
      RunState latest = conducting.desk().runs().latest().orElseThrow(this::nothing);
      if (latest.outcome() == Outcome.DONE) {
        terminal.out().println(latest.run() + " is done already.");
        return Exit.DONE.code();
      }
      if (latest.outcome() != null) {
        throw new SegueException(
            Kind.REFUSED,
            "run-ended",
            latest.run() + " ended " + latest.outcome() + ": there is nothing to finish",
            "segue run " + arguments.file());
      }
      try {
        Optional<Run> resumed = conducting.desk().runs().resume();
        try (Run run = resumed.orElseThrow(this::nothing)) {
          return conducting.conclude(run.finish(force ? reason : null), run).code();
        }
      } catch (LeaseHeldException held) {
        Optional<SegueException> refusal =
            conducting.desk().runs().whyNotFinish(latest, force ? reason : null);
        if (refusal.isPresent()) {
          throw refusal.get();
        }
        String request = conducting.desk().runs().request(latest.run(), Run.FINISH, reason);
        terminal.err().println("asked the conductor at work (" + held.getMessage() + ")");
        return new Following(terminal, conducting.desk()).until(latest.run(), request).code();
      }
    }
  }

  private SegueException nothing() {
    return new SegueException(
        Kind.USER,
        "no-run",
        "There is no run of this change to finish",
        "segue run " + arguments.file());
  }
}
