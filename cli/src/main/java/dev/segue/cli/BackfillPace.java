package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Event;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `segue backfill pace`.
@Command(
    name = "pace",
    description = {
      "Changes how much of the time a run that is under way works; the rest is slept. Limits of the"
          + " change file hold all the same.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue backfill pace change.yaml 30%%       seven tenths of the time are slept",
      "  segue backfill pace change.yaml full      no rest",
      "  segue backfill pace change.yaml default   as the change file says"
    })
final class BackfillPace implements Callable<Integer> {

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;
  @Mixin private Reason reason;

  @Parameters(
      index = "1",
      paramLabel = "PACE",
      description = "A share such as 30%%, full, default.")
  private String pace = "";

  @Override
  public Integer call() {
    return new PaceRequest(backfill.terminal(), arguments)
        .ask(Event.Ordered.SHARE, share(pace), reason.text())
        .code();
  }

  private static @Nullable Double share(String pace) {
    return switch (pace) {
      case "default" -> null;
      case "full" -> 1.0;
      case String text when text.matches("[1-9]\\d?%|100%") ->
          Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0;
      default ->
          throw new SegueException(
              Kind.USER,
              "usage",
              pace + " is neither default, full nor a share such as 30%",
              "segue backfill pace --help");
    };
  }
}
