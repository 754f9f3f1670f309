package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.Durations;
import dev.segue.conductor.Listener;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue plan`: the dry run.
@Command(
    name = "plan",
    description = {
      "Shows every step with every statement, the lock each takes, how it is taken back, and who"
          + " decides if the conductor dies in it. Reads the database's catalogue; changes nothing.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue plan change.yaml",
      "  segue plan change.yaml --verbose",
      "  segue plan change.yaml --json"
    })
final class PlanCommand implements Callable<Integer> {

  private static final int LINES = 6;
  private static final int LONGEST = 600;

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Option(names = "--verbose", description = "Show long statements whole.")
  private boolean verbose;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    try (Desk desk = Desk.sketch(arguments.target(), terminal, new Listener() {})) {
      Expressions.compile(desk.change());
      List<PlannedStep> plan = desk.runs().plan();
      if (arguments.json()) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("change", desk.change().name());
        document.put("summary", desk.change().summary());
        document.put("steps", plan);
        terminal.out().println(Json.document(document));
      } else {
        print(terminal, desk.change(), plan);
      }
      return Exit.DONE.code();
    }
  }

  private void print(Terminal terminal, Change change, List<PlannedStep> plan) {
    terminal.out().println(Narration.titled(terminal.in("bold", change.name()), change.summary()));
    terminal.out().println();
    boolean ending = false;
    for (int i = 0; i < plan.size(); i++) {
      PlannedStep step = plan.get(i);
      if (step.stage().ending() && !ending) {
        ending = true;
        terminal
            .out()
            .println(
                terminal.in(
                    "yellow",
                    "── waits for 'segue finish', or "
                        + Durations.format(change.contract().after())
                        + " after the "
                        + (change.deploy() == null ? "last step before it" : "switch")
                        + " ──"));
        terminal.out().println();
      }
      print(terminal, i + 1, step);
    }
    terminal
        .out()
        .println(
            "Going back: by itself within "
                + Durations.format(change.rollback().automatic())
                + (change.deploy() == null ? " of that step" : " of the switch")
                + ", by hand within "
                + Durations.format(change.rollback().byHand())
                + ", later with --force, until the contract begins.");
    terminal
        .out()
        .println(
            "Nothing was changed. Next: segue check "
                + arguments.file()
                + ", then segue run "
                + arguments.file());
  }

  /// Functions are long; most people want to see what is done, not how.
  private String shown(String text) {
    if (verbose) {
      return text;
    }
    List<String> lines = text.lines().toList();
    if (lines.size() > LINES + 1) {
      return String.join("\n", lines.subList(0, LINES))
          + "\n… %d more lines: --verbose".formatted(lines.size() - LINES);
    }
    return text.length() > LONGEST ? text.substring(0, LONGEST) + " … whole: --verbose" : text;
  }

  private void print(Terminal terminal, int number, PlannedStep step) {
    terminal
        .out()
        .println(
            terminal.in("bold", String.format("%2d  %s", number, step.title()))
                + terminal.in("faint", "  [" + step.id() + "]"));
    for (Statement statement : step.statements()) {
      terminal.out().println("      " + shown(statement.text()).replace("\n", "\n      "));
      if (statement.lock() != null) {
        terminal.out().println(terminal.in("yellow", "        lock: " + statement.lock()));
      }
      if (statement.note() != null) {
        terminal.out().println(terminal.in("faint", "        " + statement.note()));
      }
    }
    terminal.out().println(terminal.in("faint", "      back: " + shown(step.takeBack())));
    terminal
        .out()
        .println(
            terminal.in("faint", "      if the conductor dies here: " + step.ifConductorDies()));
    terminal.out().println();
  }
}
