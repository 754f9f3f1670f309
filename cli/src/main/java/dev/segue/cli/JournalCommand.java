package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Moment;
import dev.segue.conductor.RunState;
import dev.segue.conductor.journal.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue journal`: the audit trail, and the way out when it cannot be read.
@Command(
    name = "journal",
    description = {
      "Prints a run's journal, oldest first, after checking that its chain of hashes is whole.",
      "",
      "With --set-aside: begins a new run in the place of the newest one, whose journal is damaged. The"
          + " damaged journal stays as it is. The new run takes nothing for granted: 'segue rollback'"
          + " takes back whatever stands, 'segue run' goes on from it. Refused when the journal is"
          + " whole.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue journal change.yaml",
      "  segue journal change.yaml --run rename-member-column-2 --json",
      "  segue journal change.yaml --set-aside --reason 'disk failed, no backup of the journal'"
    })
final class JournalCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Option(names = "--run", paramLabel = "RUN", description = "Which run (default: the newest).")
  private @Nullable String run;

  @Option(
      names = "--set-aside",
      description = "Begin a run in the place of one whose journal is damaged; needs --reason.")
  private boolean setAside;

  @Mixin private Reason reason;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    Optional<Desk> opened = Desk.look(arguments.target(), terminal, new Listener() {});
    if (opened.isEmpty()) {
      terminal.err().println("There is no journal yet. Next: segue plan " + arguments.file());
      return Exit.DONE.code();
    }
    try (Desk desk = opened.get()) {
      if (setAside) {
        setAside(terminal, desk);
      } else {
        print(terminal, desk);
      }
      return Exit.DONE.code();
    }
  }

  private void setAside(Terminal terminal, Desk desk) {
    String why = reason.text();
    if (why == null) {
      throw Reason.missing("--set-aside needs --reason");
    }
    RunState state = desk.runs().setAside(why);
    Event.Replaced replaced = Objects.requireNonNull(state.start().replaces());
    if (arguments.json()) {
      terminal.out().println(Json.line(Map.of("run", state.run(), "replaces", replaced)));
      return;
    }
    terminal
        .out()
        .printf(
            """
            %s is set aside: %s
              It stays as it is, in %s
            %s takes its place. Nothing was changed yet; each of its steps looks first.
              next:  segue rollback %s   takes back whatever stands
                or:  segue run %s   goes on from what stands, and back if a gate says no
            """,
            replaced.run(),
            replaced.damage(),
            desk.home().describe(),
            state.run(),
            arguments.file(),
            arguments.file());
  }

  private void print(Terminal terminal, Desk desk) {
    Optional<RunState> state = desk.run(run);
    if (state.isEmpty()) {
      terminal.err().println("No run is in the journal yet.");
      return;
    }
    String name = state.get().run();
    List<Entry> entries = desk.home().read(name);
    entries.forEach(e -> print(terminal, e));
    if (!arguments.json()) {
      terminal
          .out()
          .println(
              terminal.in(
                  "faint",
                  "%s: %d records in %s, the chain is whole; last hash %s"
                      .formatted(
                          name, entries.size(), desk.home().describe(), entries.getLast().hash())));
    }
  }

  private void print(Terminal terminal, Entry entry) {
    Event event = EventText.parse(entry.kind(), entry.body());
    if (arguments.json()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("seq", entry.seq());
      line.put("epoch", entry.epoch());
      line.put("at", entry.at().toString());
      line.put("event", entry.kind());
      line.put("body", event);
      line.put("hash", entry.hash());
      terminal.out().println(Json.line(line));
    } else {
      terminal
          .out()
          .println(
              String.format("%4d  %s  ", entry.seq(), Moment.precise(entry.at()))
                  + terminal.in("bold", String.format("%-18s", entry.kind()))
                  + "  "
                  + text(event));
    }
  }

  /// On one line, whatever was said.
  private static String text(Event event) {
    return switch (event) {
      case Event.RunStarted e ->
          oneLine(e.summary())
              + ", by %s with Segue %s".formatted(e.by(), e.segueVersion())
              + (e.replaces() == null ? "" : "; in the place of " + oneLine(text(e.replaces())));
      case Event.ConductorChanged e -> "by " + e.by();
      case Event.StepStarted e -> e.step();
      case Event.StepApplied e ->
          e.step() + (e.adopted() ? ", found done" : "") + measured(e.facts());
      case Event.StepFailed e ->
          e.step() + " (" + e.code() + "): " + oneLine(e.reason()) + refused(e.findings());
      case Event.Drifted e -> e.step() + ": " + oneLine(e.what());
      case Event.RulesMoved e ->
          "true now: " + e.memory().activeSince().keySet() + ", excused: " + e.memory().excused();
      case Event.RuleBreached e ->
          "%s (%s), since %s".formatted(e.rule(), e.figures(), Moment.precise(e.since()));
      case Event.WatchEnded e -> e.verdict() + ", " + e.why();
      case Event.TakeBackStarted e ->
          e.cause() + forced(e.forced()) + ", by " + e.by() + ": " + oneLine(e.why());
      case Event.StepTakingBack e -> e.step();
      case Event.StepTakenBack e ->
          e.step() + (e.adopted() ? ", nothing to do" : "") + measured(e.facts());
      case Event.TakeBackFailed e -> e.step() + " (" + e.code() + "): " + oneLine(e.reason());
      case Event.FinishRequested e ->
          "by "
              + e.by()
              + forced(e.forced())
              + (e.reason() == null ? "" : ": " + oneLine(e.reason()));
      case Event.PaceOrdered e -> Narration.pace(e);
      case Event.RetryStarted e -> e.step() + ", by " + e.by();
      case Event.Retried e -> e.step() + measured(e.facts());
      case Event.RetryFailed e -> e.step() + " (" + e.code() + "): " + oneLine(e.reason());
      case Event.Ended e -> e.outcome().name();
    };
  }

  private static String forced(boolean forced) {
    return forced ? ", forced" : "";
  }

  private static String refused(List<Finding> findings) {
    return findings.stream()
        .filter(f -> f.level() == Finding.Level.REFUSED)
        .map(f -> "; " + f.gate() + ": " + oneLine(f.message()))
        .collect(Collectors.joining());
  }

  private static String text(Event.Replaced replaced) {
    return "%s, because %s: %s".formatted(replaced.run(), replaced.reason(), replaced.damage());
  }

  private static String measured(Facts facts) {
    String text = Narration.facts(facts);
    return text.isEmpty() ? "" : ": " + text;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
