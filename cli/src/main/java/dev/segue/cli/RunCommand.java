package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue run`: carry it out.
@Command(
    name = "run",
    description = {
      "Carries the change out, watches it, and takes it back if a rule says so. Returns when the"
          + " watch is over: the old version is kept beside the new one until 'segue finish' or the"
          + " contract's delay.",
      "",
      "Killed at any moment, the same command goes on where things stand, or goes back.",
      "",
      "A gate that asks whether things are well (health, window, last-change, the old version's"
          + " health) never blocks the cure: --force with a reason goes past it. It does not go past"
          + " what cannot work; 'segue check' says which refusals are which.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue run change.yaml",
      "  segue run change.yaml --wait          stay until the contract is carried out",
      "  segue run change.yaml --json          one event a line, for CI",
      "  segue run change.yaml --force --reason 'this is the fix'"
    })
final class RunCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Mixin private Force force;

  @Option(
      names = "--wait",
      description = "Stay, and carry out the contract when its delay is over.")
  private boolean wait;

  @Override
  public Integer call() {
    boolean forced = force.given();
    String insisting = force.reason();
    if (insisting != null && !forced) {
      throw new SegueException(
          Kind.USER, "usage", "--reason without --force: a run needs no reason", null);
    }
    return new CarryingOut(segue.terminal(), arguments, arguments.target())
        .run(insisting, wait)
        .code();
  }
}
