package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue finish`: the contract step.
@Command(
    name = "finish",
    description = {
      "Ends the change for good: stops the old version and removes the old names. This cannot be"
          + " taken back, so it waits for the window for going back by hand to end; with --force also"
          + " while that is open, after a watch that did not pass, and where statements still use the"
          + " old names.",
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
  @Mixin private Force force;

  @Override
  public Integer call() {
    boolean forced = force.given();
    String reason = force.reason();
    Terminal terminal = segue.terminal();
    RunState latest;
    try (Desk desk = Desk.sketch(arguments.target(), terminal, new Listener() {})) {
      latest = desk.runs().latest().orElseThrow(this::nothing);
      if (latest.outcome() == Outcome.DONE) {
        terminal
            .out()
            .println(
                arguments.json()
                    ? Json.line(Map.of("run", latest.run(), "outcome", "DONE"))
                    : latest.run() + " is done already.");
        return Exit.DONE.code();
      }
      why(desk, latest, forced)
          .ifPresent(refusal -> {
            throw refusal;
          });
    }
    try (Conducting conducting = new Conducting(terminal, arguments)) {
      return conducting
          .carryOut(
              latest.run(),
              forced ? Run.FORCED_FINISH : Run.FINISH,
              Objects.requireNonNullElse(reason, ""),
              mine -> mine.finish(reason, forced))
          .code();
    }
  }

  /// Empty where nothing speaks against it.
  private Optional<SegueException> why(Desk desk, RunState latest, boolean forced) {
    return latest.outcome() == null
        ? latest.course().finishRequested()
            ? Optional.empty()
            : desk.runs().whyNotFinish(latest, forced)
        : Optional.of(
            new SegueException(
                Kind.REFUSED,
                "run-ended",
                latest.run() + " ended " + latest.outcome() + ": there is nothing to finish",
                "segue run " + arguments.file()));
  }

  private SegueException nothing() {
    return new SegueException(
        Kind.USER,
        "no-run",
        "There is no run of this change to finish",
        "segue run " + arguments.file());
  }
}
