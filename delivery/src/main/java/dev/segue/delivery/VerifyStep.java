package dev.segue.delivery;

import dev.segue.change.Change;
import dev.segue.change.Check;
import dev.segue.change.Durations;
import dev.segue.change.Expression;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.delivery.process.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Smoke tests after the switch, one after the other; all of them, so that one run tells of every
/// fault.
record VerifyStep(Change change, Workspace workspace, @Nullable Port entrance) implements Step {

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration GRACE = Duration.ofSeconds(2);

  @Override
  public String id() {
    return "verify";
  }

  @Override
  public Stage stage() {
    return Stage.VERIFY;
  }

  @Override
  public PlannedStep describe() {
    change.verify().forEach(check -> CheckRun.expected(check).ifPresent(Conditions::compile));
    return new PlannedStep(
        id(),
        stage(),
        "Smoke tests",
        change.verify().stream()
            .map(check ->
                new Statement(
                    CheckRun.name(check),
                    null,
                    CheckRun.expected(check).map(Expression::text).orElse("ends with 0")))
            .toList(),
        "Nothing to take back: they only look",
        "The router goes back to the old version");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    List<String> failed = new ArrayList<>();
    for (int i = 0; i < change.verify().size(); i++) {
      Check check = change.verify().get(i);
      context.progress(CheckRun.name(check), (double) i / change.verify().size());
      CheckRun run =
          new CheckRun(
              check,
              entrance,
              change.postgres(),
              workspace.changeDirectory(),
              context.directory().resolve("verify-" + (i + 1) + ".log"));
      complaint(run, context).ifPresent(c -> failed.add(CheckRun.name(check) + ": " + c));
    }
    if (!failed.isEmpty()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "verify-failed",
          "%d of %d checks failed: %s"
              .formatted(failed.size(), change.verify().size(), String.join("; ", failed)),
          null);
    }
    return Facts.of("checks", change.verify().size());
  }

  /// Waits beside the check, so that the change is watched meanwhile.
  private static Optional<String> complaint(CheckRun run, StepContext context) {
    Duration within = CheckRun.within(run.check());
    FutureTask<Optional<String>> task = new FutureTask<>(run::complaint);
    Thread.ofVirtual().name("check").start(task);
    try {
      return context.await(task::isDone, within.plus(GRACE), LOOK)
          ? task.resultNow()
          : Optional.of("no answer within " + Durations.format(within));
    } finally {
      task.cancel(true);
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }
}
