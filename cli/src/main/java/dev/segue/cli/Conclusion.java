package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.Data;
import dev.segue.change.SegueException;
import dev.segue.conductor.Event;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Standstill;
import dev.segue.conductor.Windows;
import dev.segue.report.Report.Figure;
import dev.segue.watch.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The last thing a command says about a run: where it stands, where the report is, what to run
/// next.
final class Conclusion {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("EEE HH:mm:ss", Locale.ENGLISH);

  private final Terminal terminal;
  private final ChangeArguments arguments;

  Conclusion(Terminal terminal, ChangeArguments arguments) {
    this.terminal = terminal;
    this.arguments = arguments;
  }

  /// @return the exit code for a command that wanted to go forwards
  Exit of(Standstill standstill, Run run, Optional<Path> report) {
    Exit exit =
        switch (standstill) {
          case Standstill.Over over -> Exit.of(over.outcome());
          case Standstill.Resting r -> Exit.DONE;
          case Standstill.NeedsPerson p -> Exit.NEEDS_PERSON;
        };
    if (arguments.json()) {
      Map<String, Object> document = document(standstill, run.state(), report);
      List<Figure> figures = BackfillFigures.of(run.change(), run.state());
      if (!figures.isEmpty()) {
        document.put("figures", figures);
      }
      terminal.out().println(Json.line(document));
      return exit;
    }
    switch (standstill) {
      case Standstill.Over over -> {}
      case Standstill.Resting r -> {
        List<Figure> figures = BackfillFigures.of(run.change(), run.state());
        if (!figures.isEmpty()) {
          BackfillFigures.lines(figures, terminal).forEach(terminal.out()::println);
        }
        resting(run);
      }
      case Standstill.NeedsPerson p -> needsPerson(p, run.state());
    }
    report.ifPresent(path -> terminal.out().println("  report: " + path));
    return exit;
  }

  /// @return the exit code for a run that another conductor brought to its end
  Exit of(RunState ended) {
    Outcome outcome = Objects.requireNonNull(ended.outcome());
    if (arguments.json()) {
      terminal
          .out()
          .println(Json.line(document(new Standstill.Over(outcome), ended, Optional.empty())));
    }
    return Exit.of(outcome);
  }

  private void resting(Run run) {
    Event.WatchEnded ended = run.state().trial().ended();
    if (ended != null && ended.verdict() != Verdict.PASS) {
      terminal
          .out()
          .println(
              terminal.in("yellow", "! the watch ended " + ended.verdict() + ": " + ended.why())
                  + "; a person decides, nothing more is done by itself");
    }
    Windows windows = Windows.of(run.change(), run.state().switchedAt());
    terminal.out().println(terminal.in("bold,green", "■") + " " + served(run.change()));
    if (windows != null) {
      terminal
          .out()
          .println(
              "  by hand until "
                  + clock(windows.byHandUntil())
                  + ":  segue rollback "
                  + arguments.file());
      terminal
          .out()
          .println(
              "  for good, from then on:  segue finish "
                  + arguments.file()
                  + "  (at the latest 'segue run' after "
                  + clock(windows.contractAt())
                  + ")");
    }
  }

  /// What is so until the contract.
  static String served(Change change) {
    if (change.deploy() == null && change.schema().isEmpty() && !change.data().equals(Data.NONE)) {
      return "the data has its new form; what it was is kept, and the way back is open";
    }
    return change.deploy() == null
        ? "the schema serves both versions; the way back is open"
        : "the new version serves; the old one is kept beside it";
  }

  private void needsPerson(Standstill.NeedsPerson p, RunState state) {
    new Complaint(terminal, false)
        .about(
            new SegueException(
                SegueException.Kind.EXTERNAL,
                p.code(),
                p.step() + ": " + p.reason(),
                p.remedy() != null
                    ? p.remedy()
                    : (state.goingBack() ? "segue rollback " : "segue status ") + arguments.file()),
            standing(state));
  }

  /// The state things are in, in one sentence.
  static String standing(RunState state) {
    if (state.outcome() != null) {
      return state.run() + " ended " + state.outcome();
    }
    String way = state.goingBack() ? "on its way back" : "on its way";
    String applied =
        state.inOrder().stream()
            .filter(s -> s.status().touched())
            .reduce((a, b) -> b)
            .map(s -> ", last touched: " + s.step().id() + " (" + s.status() + ")")
            .orElse("");
    return state.run() + " is " + way + applied;
  }

  private static String clock(Instant at) {
    return CLOCK.format(at.atZone(ZoneId.systemDefault()));
  }

  private static Map<String, Object> document(
      Standstill standstill, RunState state, Optional<Path> report) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("run", state.run());
    switch (standstill) {
      case Standstill.Over over -> document.put("outcome", over.outcome().name());
      case Standstill.Resting r -> {
        document.put("outcome", "LIVE");
        document.put(
            "until", r.until().equals(Instant.MAX) ? "a person decides" : r.until().toString());
      }
      case Standstill.NeedsPerson p -> {
        document.put("outcome", "NEEDS_PERSON");
        document.put("step", p.step());
        document.put("code", p.code());
        document.put("reason", p.reason());
      }
    }
    report.ifPresent(path -> document.put("report", path.toString()));
    return document;
  }
}
