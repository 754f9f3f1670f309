package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.Deploy;
import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The steps of one change, in order; of ways that exclude each other, all.
record Plan(List<Step> steps) {

  Plan {
    steps = steps.stream().sorted(Comparator.comparing(Step::stage)).toList();
    List<String> twice =
        steps.stream().collect(Collectors.groupingBy(Step::id)).entrySet().stream()
            .filter(e -> e.getValue().size() > 1)
            .map(java.util.Map.Entry::getKey)
            .toList();
    if (!twice.isEmpty()) {
      throw new IllegalStateException("two steps are called " + twice);
    }
  }

  /// The ids of those that a new run has. One that cannot tell, because things are not as it needs
  /// them, is among them: its gate says what is wrong.
  Set<String> needed() {
    return steps.stream().filter(Plan::perhaps).map(Step::id).collect(Collectors.toSet());
  }

  private static boolean perhaps(Step step) {
    try {
      return step.needed();
    } catch (SegueException e) {
      return true;
    }
  }

  /// What each step does and what state its interruption leaves is the step's to say; who decides
  /// then follows from where it stands in the change.
  List<PlannedStep> describe(Change change) {
    return steps.stream()
        .filter(Step::needed)
        .map(Step::describe)
        .map(s ->
            new PlannedStep(
                s.id(), s.stage(), s.title(), s.statements(), s.takeBack(), decides(change, s)))
        .toList();
  }

  private static String decides(Change change, PlannedStep step) {
    String state = step.ifConductorDies();
    return switch (step.stage()) {
      case GATES, STAND, BASELINE -> "nobody needs to decide. " + state;
      case BACKUP, EXPAND, START, MARK -> "a person decides. " + state;
      case SWITCH -> router(change, "before the switch the old version serves", state);
      case DRAIN, VERIFY, WATCH -> router(change, "nobody watches meanwhile", state);
      case SETTLE ->
          change.deploy() == null
              ? "a person decides. " + state
              : "the router decides until it is disarmed: back to the old version; then a person:"
                  + " the new version stays";
      case RETIRE, CONTRACT -> "a person decides. " + state;
    };
  }

  /// From the switch until it is settled the dead man's switch is armed.
  private static String router(Change change, String besides, String otherwise) {
    Deploy deploy = change.deploy();
    return deploy == null
        ? "a person decides. " + otherwise
        : "the router decides: after "
            + Durations.format(deploy.deadMan())
            + " without the conductor it goes back to the old version; "
            + besides;
  }
}
