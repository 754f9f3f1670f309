package dev.segue.cli;

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
    return new GoingBack(segue.terminal(), arguments).byHand(force).code();
  }
}
