package dev.segue.postgres.schema;

import dev.segue.conductor.Step;
import dev.segue.postgres.online.AroundStep;
import java.util.function.BooleanSupplier;

/// A step that only some of the ways need.
record NeededStep(Step step, BooleanSupplier required) implements AroundStep {

  @Override
  public boolean needed() {
    return required.getAsBoolean();
  }
}
