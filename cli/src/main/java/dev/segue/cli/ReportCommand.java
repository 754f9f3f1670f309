package dev.segue.cli;

import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import dev.segue.report.ReportDocuments;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue report`: what happened.
@Command(
    name = "report",
    description = {
      "Writes what happened, with figures, beside the run: Markdown, HTML (one file, no network) and"
          + " JSON. Prints the Markdown.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue report change.yaml",
      "  segue report change.yaml --run rename-member-column-2",
      "  segue report change.yaml --json"
    })
final class ReportCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Option(names = "--run", paramLabel = "RUN", description = "Which run (default: the newest).")
  private @Nullable String run;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    Optional<Desk> opened = Desk.look(arguments.target(), terminal, new Listener() {});
    if (opened.isEmpty()) {
      terminal.err().println("There is no run yet. Next: segue plan " + arguments.file());
      return Exit.USAGE.code();
    }
    try (Desk desk = opened.get()) {
      Optional<RunState> state = desk.run(run);
      if (state.isEmpty()) {
        terminal.err().println("There is no run yet. Next: segue plan " + arguments.file());
        return Exit.USAGE.code();
      }
      Path page = ReportFiles.write(desk, state.get());
      if (arguments.json()) {
        terminal.out().println(ReportDocuments.json(ReportFiles.report(desk, state.get())));
      } else {
        terminal.out().println(ReportDocuments.markdown(ReportFiles.report(desk, state.get())));
        terminal.err().println("also written: " + page + ", and .md and .json beside it");
      }
      return Exit.DONE.code();
    }
  }
}
