package dev.segue.postgres.schema;

import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import java.util.List;
import java.util.function.Predicate;

/// A gate of a way that is not taken where the plan has a step of the other one.
record GateUnless(String step, GateCheck gate) implements GateCheck {

  @Override
  public List<Finding> ask(Progress progress) {
    return gate.ask(progress);
  }

  @Override
  public List<Finding> ask(Progress progress, Predicate<String> planned) {
    return planned.test(step) ? List.of() : gate.ask(progress, planned);
  }
}
