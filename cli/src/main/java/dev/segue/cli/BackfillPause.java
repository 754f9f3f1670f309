package dev.segue.cli;

import dev.segue.conductor.Event;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue backfill pause`.
@Command(
    name = "pause",
    description = {
      "Has a run that is under way begin nothing more until 'segue backfill resume': rows and keys stay as they are, users are served, a crash changes nothing about it. Takes effect within a batch or a second. A way back is not held up by it.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  segue backfill pause change.yaml --reason 'lunch hour peak'"})
final class BackfillPause implements Callable<Integer> {

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;
  @Mixin private Reason reason;

  @Override
  public Integer call() {
    return new PaceRequest(backfill.terminal(), arguments)
        .ask(Event.Ordered.PAUSE, null, reason.text())
        .code();
  }
}
