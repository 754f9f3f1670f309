package dev.segue.cli;

import dev.segue.conductor.Listener;
import dev.segue.delivery.Standing;
import dev.segue.delivery.process.Waiting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue up`: the router and the old version, before the day.
@Command(
    name = "up",
    description = {
      "Brings up what a change starts from: the router, with the old version serving behind it. What"
          + " already runs is left alone. Do it before the day, so that users already come through the"
          + " router when the change begins; 'segue run' does it otherwise, after its gates. A gate that"
          + " asks the old version how it is can only say yes when it is up.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  segue up change.yaml"})
final class UpCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    try (Desk desk = Desk.sketch(arguments.target(), terminal, new Listener() {})) {
      Standing standing = new Standing(desk.change(), desk.workspace());
      standing.up(Waiting.plain(), what -> terminal.err().println("… " + what));
      Traffic.lines(standing.look()).forEach(terminal.out()::println);
    }
    return Exit.DONE.code();
  }
}
