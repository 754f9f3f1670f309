package dev.segue.cli;

import dev.segue.conductor.EventText;
import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import dev.segue.conductor.journal.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue journal`: the audit trail.
@Command(
    name = "journal",
    description = {
      "Prints a run's journal, oldest first, after checking that its chain of hashes is whole.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue journal change.yaml",
      "  segue journal change.yaml --run rename-member-column-2 --json"
    })
final class JournalCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Option(names = "--run", paramLabel = "RUN", description = "Which run (default: the newest).")
  private @Nullable String run;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    Optional<Desk> opened = Desk.look(arguments.target(), terminal, new Listener() {});
    if (opened.isEmpty()) {
      terminal.err().println("There is no journal yet. Next: segue plan " + arguments.file());
      return Exit.DONE.code();
    }
    try (Desk desk = opened.get()) {
      Optional<RunState> state = desk.run(run);
      if (state.isEmpty()) {
        terminal.err().println("No run is in the journal yet.");
        return Exit.DONE.code();
      }
      List<Entry> entries = desk.home().read(state.get().run());
      entries.forEach(e -> print(terminal, e));
      if (!arguments.json()) {
        terminal
            .out()
            .println(
                terminal.in(
                    "faint",
                    entries.size()
                        + " records in "
                        + desk.home().describe()
                        + "; every hash follows from the one before"));
      }
      return Exit.DONE.code();
    }
  }

  private void print(Terminal terminal, Entry entry) {
    if (arguments.json()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("seq", entry.seq());
      line.put("epoch", entry.epoch());
      line.put("at", entry.at().toString());
      line.put("event", entry.kind());
      line.put("body", EventText.parse(entry.kind(), entry.body()));
      line.put("hash", entry.hash());
      terminal.out().println(Json.line(line));
    } else {
      String body =
          entry.body().length() > 160 ? entry.body().substring(0, 160) + "…" : entry.body();
      terminal
          .out()
          .println(
              String.format("%4d  %s  ", entry.seq(), entry.at())
                  + terminal.in("bold", String.format("%-18s", entry.kind()))
                  + terminal.in("faint", " " + entry.hash().substring(0, 12))
                  + "  "
                  + body);
    }
  }
}
