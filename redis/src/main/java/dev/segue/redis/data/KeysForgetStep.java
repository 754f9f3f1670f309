package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.change.Backfill.Keep;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import java.util.List;

/// Drops what was kept for the way back, and all else of Segue's in Redis.
record KeysForgetStep(Task task, Attendance attendance) implements Irrevocable {

  private static final String FORGET = "forget";

  @Override
  public String id() {
    return "forget-" + task.backfill().name();
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Drop the old values that were kept for the way back",
        List.of(
            new Statement(
                "HDEL … " + task.names().sibling() + ", or UNLINK " + task.names().aside(),
                null,
                "and the checkpoint, the fence and the list of failed keys")),
        "Cannot be taken back: the old values are gone",
        "Redis: what is dropped is dropped; the next start goes on");
  }

  /// The checkpoint goes last.
  @Override
  public Observation observe(StepContext context) {
    return attendance.at(
        task.target(),
        context,
        server -> {
          String forgetting = task.names().checkpoint(FORGET);
          String backfill = task.names().checkpoint(KeysBackfillStep.BACKFILL);
          boolean begun = server.one(Call.at(forgetting, "EXISTS")).number() > 0;
          boolean there =
              server.one(Call.at(backfill, "EXISTS")).number() > 0
                  || Begun.of(task, context).isPresent();
          if (begun) {
            return new Observation.Partial("some of what was kept is dropped", true);
          }
          return there ? Observation.ABSENT : Observation.present();
        });
  }

  @Override
  public Facts apply(StepContext context) {
    return attendance.at(task.target(), context, server -> forget(server, context));
  }

  private Facts forget(Server server, StepContext context) {
    Names names = task.names();
    String key = names.checkpoint(FORGET);
    Keep keep =
        Checkpoint.of(server, key, context.run())
            .map(Checkpoint::keep)
            .orElseGet(() -> KeysBackfillStep.kept(server, task, context));
    Checkpoint at =
        Checkpoint.of(server, key, context.run())
            .orElseGet(() -> Checkpoint.begin(context.run(), keep));
    new Fencing(server, task.names(), context).note(at, key);
    try (Work work = Work.open(task.freeing(), context, server, 0)) {
      Tally counted = Tally.NONE;
      if (keep == Keep.BESIDE) {
        Failures failures = task.notTakenBack(context);
        Carrier carrier = work.carrier(keep, failures, false);
        counted = Backward.sweep(work, carrier, failures, at, key).total();
      }
      Begun.over(task, context);
      Backward.forget(server, names, keep);
      server.one(Call.at(key, "UNLINK"));
      return Facts.of("items", counted.items());
    }
  }
}
