package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Moment;
import dev.segue.conductor.RunState;
import dev.segue.conductor.StepState;
import dev.segue.conductor.Windows;
import dev.segue.conductor.journal.Holder;
import dev.segue.delivery.Standing;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue status`: where things stand.
@Command(
    name = "status",
    description = {
      "Says where a change stands: steps, windows, who conducts, where traffic goes. Changes nothing.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  segue status change.yaml", "  segue status change.yaml --json | jq .steps"})
final class StatusCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    Optional<Desk> opened = Desk.look(arguments.target(), terminal, new Listener() {});
    Optional<RunState> state = opened.flatMap(d -> d.runs().latest());
    if (opened.isEmpty() || state.isEmpty()) {
      opened.ifPresent(Desk::close);
      terminal
          .out()
          .println(
              arguments.json()
                  ? Json.document(Map.of("run", "none"))
                  : "No run of this change yet. Next: segue plan " + arguments.file());
      return Exit.DONE.code();
    }
    try (Desk desk = opened.get()) {
      Standing.Picture traffic =
          desk.change().deploy() == null
              ? null
              : new Standing(desk.change(), desk.workspace()).look();
      Optional<Holder> holder = desk.home().holder(desk.change().name());
      PaceShown pace = PaceShown.of(desk, state.get(), holder);
      Situation situation = Situation.of(desk, state.get());
      if (arguments.json()) {
        Map<String, Object> document = document(desk.change(), state.get(), holder, pace, traffic);
        document.put("situation", situation.document());
        terminal.out().println(Json.document(document));
      } else {
        print(terminal, desk.change(), state.get(), holder, pace, traffic);
        terminal.out().println("  decides: " + situation.decides());
      }
      return Exit.DONE.code();
    }
  }

  private void print(
      Terminal terminal,
      Change change,
      RunState state,
      Optional<Holder> holder,
      PaceShown pace,
      Standing.@Nullable Picture traffic) {
    terminal.out().println(terminal.in("bold", Conclusion.standing(state)));
    for (StepState step : state.inOrder()) {
      String style =
          switch (step.status()) {
            case APPLIED -> "green";
            case STARTED, TAKING_BACK -> "yellow";
            case FAILED, STUCK -> "red";
            case PENDING, TAKEN_BACK -> "faint";
          };
      terminal
          .out()
          .println(
              "  "
                  + terminal.in(style, String.format("%-11s", step.status()))
                  + " "
                  + step.step().title()
                  + terminal.in("faint", "  [" + step.step().id() + "]")
                  + (step.trouble() == null ? "" : "\n              " + step.trouble()));
    }
    Windows windows = Windows.of(change, state.switchedAt());
    if (windows != null && state.outcome() == null) {
      terminal
          .out()
          .println(
              "  automatic until "
                  + Moment.text(windows.automaticUntil())
                  + ", by hand until "
                  + Moment.text(windows.byHandUntil())
                  + ", contract due "
                  + Moment.text(windows.contractAt()));
    }
    pace.lines(terminal).forEach(line -> terminal.out().println("  " + line));
    terminal
        .out()
        .println(
            "  conductor: "
                + holder
                    .filter(Holder::live)
                    .map(h ->
                        h.user()
                            + "@"
                            + h.host()
                            + ", process "
                            + h.pid()
                            + ", since "
                            + Moment.text(h.since()))
                    .orElse("none at work"));
    if (traffic != null) {
      Traffic.lines(traffic).forEach(line -> terminal.out().println("  " + line));
    }
  }

  private static Map<String, Object> document(
      Change change,
      RunState state,
      Optional<Holder> holder,
      PaceShown pace,
      Standing.@Nullable Picture traffic) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("run", state.run());
    document.put("change", change.name());
    document.put("going_back", state.goingBack());
    document.put("outcome", state.outcome() == null ? "unfinished" : state.outcome().name());
    document.put("steps", state.inOrder());
    Windows windows = Windows.of(change, state.switchedAt());
    if (windows != null) {
      document.put("windows", windows);
    }
    if (!pace.document().isEmpty()) {
      document.put("pacing", pace.document());
    }
    holder.ifPresent(h -> document.put("conductor", h));
    if (traffic != null) {
      document.put("traffic", traffic);
    }
    return document;
  }
}
