package dev.segue.postgres.online;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;

/// A step that is another one with something before or beside it.
public interface AroundStep extends Step {

  /// The other one.
  Step step();

  @Override
  default String id() {
    return step().id();
  }

  @Override
  default Stage stage() {
    return step().stage();
  }

  @Override
  default boolean needed() {
    return step().needed();
  }

  @Override
  default boolean stays() {
    return step().stays();
  }

  @Override
  default PlannedStep describe() {
    return step().describe();
  }

  @Override
  default Observation observe(StepContext context) {
    return step().observe(context);
  }

  @Override
  default Facts apply(StepContext context) {
    return step().apply(context);
  }

  @Override
  default Facts takeBack(StepContext context) {
    return step().takeBack(context);
  }
}
