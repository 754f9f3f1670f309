package dev.segue.redis.index;

import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import java.util.List;

/// Drops the index that was replaced; its keys stay.
record DropStep(RedisTarget target, RedisIndex index, String replaced) implements Irrevocable {

  @Override
  public String id() {
    return "drop-" + index.name();
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Drop the index %s, not its keys".formatted(replaced),
        List.of(new Statement("FT.DROPINDEX " + replaced, null, "never with DD")),
        "It cannot be taken back: make the index again",
        "The index is there or it is not; the keys are there");
  }

  @Override
  public Observation observe(StepContext context) {
    try (Engine engine = Engine.open(target)) {
      return engine.has(replaced) ? Observation.ABSENT : Observation.present();
    }
  }

  @Override
  public Facts apply(StepContext context) {
    context.fence().check();
    try (Engine engine = Engine.open(target)) {
      if (engine.has(replaced)) {
        engine.drop(replaced);
      }
    }
    return Facts.of("dropped", replaced);
  }
}
