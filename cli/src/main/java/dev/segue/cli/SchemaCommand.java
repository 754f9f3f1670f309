package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.ChangeSchema;
import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepState;
import dev.segue.conductor.StepState.Status;
import dev.segue.postgres.definition.Difference;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.schema.Definitions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue schema`: for editors; and what a database is made of.
@Command(
    name = "schema",
    subcommands = {SchemaCommand.Dump.class, SchemaCommand.Diff.class},
    description = {
      "Writes the JSON Schema of change files, so that an editor completes keys and marks mistakes.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue schema > segue.schema.json",
      "  # then, as the first line of a change file:",
      "  # yaml-language-server: $schema=segue.schema.json",
      "  segue schema dump change.yaml    what the change's database is made of, as SQL",
      "  segue schema diff change.yaml    what the change left, against what it promised"
    })
final class SchemaCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;

  @Override
  public Integer call() {
    segue.terminal().out().println(ChangeSchema.json());
    return Exit.DONE.code();
  }

  private Terminal terminal() {
    return segue.terminal();
  }

  /// `segue schema dump`.
  @Command(
      name = "dump",
      description = {
        "Writes what the change's database is made of, as SQL that makes an empty one the same. Two"
            + " databases of one shape give the same text. Rows and values of sequences are not in it.",
        ""
      })
  static final class Dump implements Callable<Integer> {

    @ParentCommand private SchemaCommand schema;
    @Mixin private ChangeArguments arguments;

    @Option(
        names = "--touched",
        description = "Only the tables the change names, and what belongs to them.")
    private boolean touched;

    @Override
    public Integer call() {
      Terminal terminal = schema.terminal();
      Change change = ChangeFile.read(arguments.file(), terminal.environment());
      Definitions definitions = Definitions.of(change);
      SchemaDefinition definition = touched ? definitions.touched() : definitions.live();
      if (arguments.json()) {
        terminal.out().println(Json.document(definition));
      } else {
        terminal.out().print(definition.text());
        terminal.out().flush();
      }
      definition.leftOut().forEach(what -> terminal.err().println("left out: " + what));
      return Exit.DONE.code();
    }
  }

  /// `segue schema diff`.
  @Command(
      name = "diff",
      description = {
        "Compares the database's schema with what the newest run must have made of it: the schema it"
            + " began with, taken through the steps that stand on a scratch copy. After a way back"
            + " that is the schema it began with, to the letter.",
        ""
      },
      footer = {"", "Exit codes: 0 the same; 1 different."})
  static final class Diff implements Callable<Integer> {

    @ParentCommand private SchemaCommand schema;
    @Mixin private ChangeArguments arguments;

    @Override
    public Integer call() {
      Terminal terminal = schema.terminal();
      Optional<Desk> opened = Desk.look(arguments.target(), terminal, new Listener() {});
      if (opened.isEmpty()) {
        return noRun(terminal);
      }
      try (Desk desk = opened.get()) {
        Optional<RunState> newest = desk.run(null);
        return newest.isEmpty() ? noRun(terminal) : compare(terminal, desk, newest.get());
      }
    }

    private int noRun(Terminal terminal) {
      terminal.err().println("There is no run yet. Next: segue plan " + arguments.file());
      return Exit.USAGE.code();
    }

    private int compare(Terminal terminal, Desk desk, RunState run) {
      StepState kept = run.steps().get("definition");
      if (kept == null || kept.facts().values().isEmpty()) {
        terminal
            .err()
            .println(run.run() + " has kept no definition: it has changed no schema so far");
        return Exit.USAGE.code();
      }
      Change begun =
          ChangeFile.parse(run.start().source(), arguments.file(), terminal.environment());
      List<Difference> differences =
          Definitions.of(begun)
              .differences(
                  run.run(), desk.workspace().runDirectory(run.run()), kept.facts(), standing(run));
      if (arguments.json()) {
        terminal.out().println(Json.document(document(run, differences)));
      } else {
        print(terminal, run, differences);
      }
      return (differences.isEmpty() ? Exit.DONE : Exit.DIFFERENT).code();
    }

    private static Set<String> standing(RunState run) {
      return run.inOrder().stream()
          .filter(s -> s.status() == Status.APPLIED)
          .filter(s -> s.step().stage() == Stage.EXPAND || s.step().stage() == Stage.CONTRACT)
          .map(s -> s.step().id())
          .collect(Collectors.toSet());
    }

    private static String promised(RunState run) {
      Set<String> standing = standing(run);
      if (standing.isEmpty()) {
        return "the schema " + run.run() + " began with";
      }
      return "the schema "
          + run.run()
          + " began with, after "
          + run.inOrder().stream()
              .map(s -> s.step().id())
              .filter(standing::contains)
              .collect(Collectors.joining(", "));
    }

    private static void print(Terminal terminal, RunState run, List<Difference> differences) {
      if (differences.isEmpty()) {
        terminal.out().println("The same as " + promised(run));
        return;
      }
      terminal.out().println("Not the same as " + promised(run) + ":");
      for (Difference difference : differences) {
        terminal.out().println(terminal.in("bold", difference.words()));
        for (String line : difference.lines()) {
          terminal.out().println("  " + terminal.in(line.startsWith("-") ? "red" : "green", line));
        }
      }
    }

    private static Map<String, Object> document(RunState run, List<Difference> differences) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("run", run.run());
      document.put("promised", promised(run));
      document.put("same", differences.isEmpty());
      List<Map<String, Object>> all = new ArrayList<>();
      for (Difference difference : differences) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("what", difference.what());
        if (difference.promised() != null) {
          one.put("promised", difference.promised());
        }
        if (difference.found() != null) {
          one.put("found", difference.found());
        }
        all.add(one);
      }
      document.put("differences", all);
      return document;
    }
  }
}
