package dev.segue.postgres.schema;

import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.AroundStep;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The first step of a way that was chosen: the plan says why.
record ToldStep(Step step, Supplier<String> why) implements AroundStep {

  @Override
  public PlannedStep describe() {
    PlannedStep plain = step.describe();
    List<Statement> statements = new ArrayList<>();
    statements.add(new Statement("-- " + why.get(), null, null));
    statements.addAll(plain.statements());
    return new PlannedStep(
        plain.id(),
        plain.stage(),
        plain.title(),
        statements,
        plain.takeBack(),
        plain.ifConductorDies());
  }
}
