package dev.segue.postgres.oldnames;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.AroundStep;
import dev.segue.postgres.online.Site;

/// A step of the contract that comes only when nobody says the names it takes away.
public record UnusedFirst(Site site, OldNames names, Step step) implements AroundStep {

  @Override
  public Facts apply(StepContext context) {
    Facts proof = names.proveUnused(site, context);
    return step.apply(context).and(proof);
  }
}
