package dev.segue.postgres.schema;

import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.facade.Facades;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TidyStep;
import dev.segue.postgres.operation.Operations;
import dev.segue.postgres.operation.ServerGate;
import java.util.ArrayList;
import java.util.List;

/// What a change's `schema` section asks for: the questions before, and the steps.
public final class SchemaOperations {

  private SchemaOperations() {}

  /// None when the change leaves the schema alone.
  public static List<GateCheck> gates(Change change) {
    if (change.postgres() == null || change.schema().isEmpty()) {
      return List.of();
    }
    Site site = new Site(change.name(), change.postgres());
    List<GateCheck> gates = new ArrayList<>();
    gates.add(new ServerGate(site, change.schema()));
    gates.addAll(Facades.gates(change));
    gates.addAll(Operations.gates(site, change.schema()));
    return List.copyOf(gates);
  }

  /// All steps that may be needed; those of ways that exclude each other say themselves whether
  /// they are.
  public static List<Step> steps(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null) {
      return List.of();
    }
    Site site = new Site(change.name(), target);
    List<Step> steps = new ArrayList<>(Facades.steps(change));
    List<SchemaOperation> others =
        change.schema().stream().filter(operation -> !(operation instanceof RenameColumn)).toList();
    for (SchemaOperation operation : others) {
      steps.addAll(Operations.steps(site, operation));
    }
    if (!others.isEmpty()) {
      steps.add(new TidyStep(site));
    }
    return List.copyOf(steps);
  }
}
