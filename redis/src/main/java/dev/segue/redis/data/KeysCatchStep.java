package dev.segue.redis.data;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import java.util.List;
import java.util.Optional;

/// Looks for what the old version wrote until it was gone: passes over all keys, until one finds
/// nothing. In the contract, because only from there on the old version surely is gone.
record KeysCatchStep(Task task, Attendance attendance) implements Irrevocable {

  static final String CATCH = "catch";

  @Override
  public String id() {
    return "catch-" + task.backfill().name();
  }

  private String key() {
    return task.names().checkpoint(CATCH);
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Look for keys that were written in the old form until now",
        List.of(
            new Statement(
                "SCAN … MATCH " + String.join(", ", task.backfill().keys().patterns()),
                null,
                "all of them, until a pass finds none")),
        "Cannot be taken back: the old version is gone",
        "Redis: the place in the walk is the hash "
            + key()
            + "; the next start goes on from there");
  }

  @Override
  public Observation observe(StepContext context) {
    return attendance.at(
        task.target(),
        context,
        server -> {
          Optional<Checkpoint> found = Checkpoint.of(server, key(), context.run());
          return found.isPresent() ? seen(found.get()) : Observation.ABSENT;
        });
  }

  private static Observation seen(Checkpoint at) {
    return at.finished()
        ? new Observation.Present(Facts.of("items", at.total().items()))
        : new Observation.Partial("in pass " + at.pass(), true);
  }

  @Override
  public Facts apply(StepContext context) {
    return attendance.at(
        task.target(),
        context,
        server -> {
          new Fencing(server, task.names(), context).claim();
          Checkpoint at =
              Checkpoint.of(server, key(), context.run())
                  .orElseGet(() ->
                      Checkpoint.begin(
                          context.run(), KeysBackfillStep.kept(server, task, context)));
          return new Forward(task, context, key(), true).carry(server, at, 0);
        });
  }
}
