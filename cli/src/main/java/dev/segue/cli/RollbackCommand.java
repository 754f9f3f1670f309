package dev.segue.cli;

import dev.segue.conductor.Event;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue rollback`: take it back by hand.
@Command(
    name = "rollback",
    description = {
      "Takes the change back: traffic to the old version, the new one stopped, the schema as it was."
          + " No write is lost. Works while another terminal runs the change, after it ended its"
          + " watch, and after a crash; not once the contract has begun.",
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

  @Option(
      names = "--force",
      description = "Also after the window for going back by hand; needs --reason.")
  private boolean force;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; journaled.",
      defaultValue = "")
  private String reason;

  @Override
  public Integer call() {
    return new GoingBack(segue.terminal(), arguments)
        .carryOut(Event.Cause.BY_HAND, reason, force)
        .code();
  }
}
