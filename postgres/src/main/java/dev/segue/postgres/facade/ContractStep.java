package dev.segue.postgres.facade;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.LockedTransaction;
import java.util.List;

/// Gives the columns their new names for good and takes the facade away, once nobody uses the old
/// names any more.
record ContractStep(TableRename rename) implements Irrevocable {

  @Override
  public String id() {
    return "contract-" + rename.text();
  }

  @Override
  public boolean needed() {
    return rename.required().getAsBoolean();
  }

  @Override
  public PlannedStep describe() {
    TableFacts facts = rename.facts();
    return new PlannedStep(
        id(),
        stage(),
        "Leave %s with its new names only".formatted(facts.name()),
        transaction(facts).shown(rename.plan(facts).contract()),
        "Cannot be taken back: statements with the old names fail from here on. No row is lost;"
            + " another change can rename the other way",
        "PostgreSQL: it is one transaction, done or not; the next start looks");
  }

  @Override
  public Observation observe(StepContext context) {
    return Sighting.contraction(rename, rename.look());
  }

  @Override
  public Facts apply(StepContext context) {
    TableFacts facts = rename.facts();
    return transaction(facts)
        .run(context, rename.work(facts, this::towardsNewNames))
        .with("columns", rename.plan(facts).renames());
  }

  private List<Statement> towardsNewNames(TableState state) {
    return switch (Sighting.contraction(rename, state)) {
      case Observation.Absent _ -> rename.plan(state.facts()).contract();
      case Observation.Present _ -> List.of();
      case Observation.Partial partial -> throw rename.unexpected(partial.what());
      case Observation.Traceless _ -> throw new IllegalStateException("A facade leaves traces.");
    };
  }

  private LockedTransaction transaction(TableFacts facts) {
    return rename.transaction(
        "contracting " + facts.name(), facts, rename.plan(facts).lockFacade());
  }
}
