package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue abort`: go to the safe state, whichever that is now, and name it.
@Command(
    name = "abort",
    description = {
      "For an emergency: stops what is going on, goes to the safe state and names it: which version"
          + " serves, on which schema, what stands, who decides. May be given at any time, by"
          + " anybody, also where nothing runs. Before a run, or after its end: the state as it is,"
          + " nothing is changed. While a run is on its way, or can still be taken back by hand: back"
          + " to the old version on the old schema. After that window, and once the contract has"
          + " begun, the new version is the safe state: nothing is changed, and the exit code is 3.",
      "",
      "Unlike 'segue rollback' it never goes back where going back would be the greater risk, takes"
          + " no --force, and always answers with the state.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue abort change.yaml --reason 'wrong day'",
      "  segue abort change.yaml --json | tail -1 | jq .safe_state"
    })
final class AbortCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;
  @Mixin private Reason reason;

  @Override
  public Integer call() {
    String why = Objects.requireNonNullElse(reason.text(), "no reason given");
    try {
      Answer answer = now().orElseGet(() -> goBack(why));
      tell(segue.terminal(), answer);
      return answer.exit().code();
    } catch (SegueException e) {
      if (e.kind() != Kind.EXTERNAL) {
        throw e;
      }
      return new Complaint(segue.terminal(), arguments.json())
          .about(e, Situation.blind(arguments.target(), segue.terminal()))
          .code();
    }
  }

  /// What abort came to.
  ///
  /// @param reached whether the state now is the safe one
  /// @param what in a sentence
  /// @param safe the safe state in a phrase
  private record Answer(
      Exit exit,
      boolean reached,
      String what,
      String safe,
      @Nullable String next,
      Situation situation) {}

  /// The answer where nothing is to be done; empty: there is a run, and it can go back.
  private Optional<Answer> now() {
    try (Desk desk = desk()) {
      RunState latest = desk.runs().latest().orElse(null);
      Situation situation = Situation.of(desk, latest);
      if (latest == null || latest.outcome() != null) {
        String what =
            "nothing to abort: "
                + (latest == null
                    ? "no run of " + desk.change().name() + " was ever begun"
                    : latest.run() + " ended " + latest.outcome());
        return Optional.of(new Answer(Exit.DONE, true, what, situation.words(), null, situation));
      }
      return desk.runs().whyNotTakeBack(latest, false).map(e -> forwards(latest, e, situation));
    }
  }

  /// The new version is the safe state.
  private Answer forwards(RunState state, SegueException refusal, Situation situation) {
    boolean begun = state.contractBegun();
    return new Answer(
        Exit.REFUSED,
        !begun,
        refusal.getMessage() + "; nothing was changed",
        begun ? "the new version on the new schema" : situation.words(),
        begun
            ? "segue finish " + arguments.file() + "   completes it"
            : "mend forwards; or, knowing better: segue rollback "
                + arguments.file()
                + " --force --reason '…'",
        situation);
  }

  private Answer goBack(String why) {
    Exit exit;
    try {
      exit =
          new GoingBack(segue.terminal(), arguments)
              .carryOut(latest().run(), Event.Cause.ABORTED, why, false);
    } catch (SegueException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      // A window closed, or the contract began, between the look and the act.
      return now().orElseThrow(() -> e);
    }
    try (Desk desk = desk()) {
      RunState state = latest(desk);
      if (state.outcome() == Outcome.DONE) {
        return now().orElseThrow();
      }
      Situation situation = Situation.of(desk, state);
      boolean reached = exit == Exit.DONE;
      return new Answer(
          exit,
          reached,
          reached ? "aborted: " + state.run() + " was taken back" : state.run() + " is stuck",
          reached ? situation.words() : "the old version on the old schema",
          reached ? null : "mend what is named above, then: segue abort " + arguments.file(),
          situation);
    }
  }

  private Desk desk() {
    return Desk.sketch(arguments.target(), segue.terminal(), new Listener() {});
  }

  private RunState latest() {
    try (Desk desk = desk()) {
      return latest(desk);
    }
  }

  private static RunState latest(Desk desk) {
    return desk.runs().latest().orElseThrow();
  }

  private void tell(Terminal terminal, Answer answer) {
    if (arguments.json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("abort", answer.what());
      document.put("safe_state", answer.safe());
      document.put("reached", answer.reached());
      document.put("now", answer.situation().document());
      if (answer.next() != null) {
        document.put("next", answer.next());
      }
      terminal.out().println(Json.line(document));
      return;
    }
    terminal.out().println(terminal.in("bold", answer.what()));
    terminal
        .out()
        .println(
            "the safe state is "
                + answer.safe()
                + (answer.reached() ? ", and that is the state now" : ", and that is NOT reached"));
    answer.situation().lines().forEach(line -> terminal.out().println("  " + line));
    if (answer.next() != null) {
      terminal.out().println("  next:    " + answer.next());
    }
  }
}
