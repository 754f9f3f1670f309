package dev.segue.cli;

import dev.segue.conductor.Event;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue abort`: stop what is going on and go to the safe state.
@Command(
    name = "abort",
    description = {
      "Stops a run and goes to the safe state, which it names: before the contract that is the old"
          + " version on the old schema; once the contract has begun it is the new version, and abort"
          + " says so and changes nothing.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  segue abort change.yaml --reason 'wrong day'"})
final class AbortCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; journaled.",
      defaultValue = "")
  private String reason;

  @Override
  public Integer call() {
    return new GoingBack(segue.terminal(), arguments)
        .carryOut(Event.Cause.ABORTED, reason, false)
        .code();
  }
}
