package dev.segue.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `segue backfill`: data gets a new form while it is used.
@Command(
    name = "backfill",
    description = {
      "Gives rows and keys a new form while they are used: looks at them first, converts them in small"
          + " batches at a pace users do not notice, compares them afterwards, and takes it back. The"
          + " change file says what; docs/backfill.md shows how.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BackfillStats.class,
      BackfillRun.class,
      BackfillVerify.class,
      BackfillRollback.class,
      BackfillPause.class,
      BackfillResume.class,
      BackfillPace.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue backfill stats change.yaml       what there is, and what would fail; changes nothing",
      "  segue backfill run change.yaml         convert; killed, the same command goes on",
      "  segue backfill verify change.yaml --check-data",
      "  segue backfill rollback change.yaml    as before, to the byte",
      "  segue finish change.yaml               the old values go, for good"
    })
final class BackfillCommand {

  @ParentCommand private SegueCommand segue;

  Terminal terminal() {
    return segue.terminal();
  }
}
