package dev.segue.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue backfill rollback`: every value as it was.
@Command(
    name = "rollback",
    description = {
      "Takes it back: every value that was converted is again what it was, to the byte; what the"
          + " application wrote since then in the new form is converted back, and what it wrote in"
          + " the old form stays. Works while another terminal converts, and after a crash.",
      "",
      "The same as 'segue rollback' for a file that changes nothing but data.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue backfill rollback change.yaml",
      "  segue backfill rollback change.yaml --reason 'the reports show wrong dates'"
    })
final class BackfillRollback implements Callable<Integer> {

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;
  @Mixin private Force force;

  @Override
  public Integer call() {
    Terminal terminal = backfill.terminal();
    Backfills backfills =
        new Backfills(arguments.file(), arguments.target().change(terminal.environment()));
    backfills.chosen(null);
    backfills.requireNothingElse("segue rollback");
    return new GoingBack(terminal, arguments).byHand(force).code();
  }
}
