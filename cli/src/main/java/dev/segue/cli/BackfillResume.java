package dev.segue.cli;

import dev.segue.conductor.Event;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue backfill resume`.
@Command(
    name = "resume",
    description = {"Has a paused run go on.", ""},
    footerHeading = "%nExamples:%n",
    footer = {"  segue backfill resume change.yaml --reason 'the peak is over'"})
final class BackfillResume implements Callable<Integer> {

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;
  @Mixin private Reason reason;

  @Override
  public Integer call() {
    return new PaceRequest(backfill.terminal(), arguments)
        .ask(Event.Ordered.RESUME, null, reason.text())
        .code();
  }
}
