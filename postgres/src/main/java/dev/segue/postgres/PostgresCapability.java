package dev.segue.postgres;

import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.conductor.Capability;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.postgres.backfill.DeclaredRows;
import dev.segue.postgres.backup.BackupGate;
import dev.segue.postgres.backup.BackupStep;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.operation.ServerGate;
import dev.segue.postgres.schema.SchemaOperations;
import dev.segue.watch.Source;
import java.util.ArrayList;
import java.util.List;

/// What Segue does in PostgreSQL.
public final class PostgresCapability implements Capability {

  @Override
  public List<GateCheck> gates(Change change, Workspace workspace) {
    List<GateCheck> gates = new ArrayList<>();
    if (change.postgres() != null) {
      gates.addAll(SchemaOperations.gates(change));
      List<GateCheck> rows = DeclaredRows.gates(change);
      if (!rows.isEmpty() && change.schema().isEmpty()) {
        gates.add(new ServerGate(new Site(change.name(), change.postgres()), List.of()));
      }
      gates.addAll(rows);
      BackupGate.of(change, workspace).ifPresent(gates::add);
    }
    return List.copyOf(gates);
  }

  @Override
  public List<Step> steps(Change change, Workspace workspace) {
    List<Step> steps = new ArrayList<>();
    if (change.postgres() != null) {
      BackupStep.of(change, workspace).ifPresent(steps::add);
      steps.addAll(DeclaredRows.ending(change));
      steps.addAll(SchemaOperations.steps(change));
      steps.addAll(DeclaredRows.steps(change));
    }
    return List.copyOf(steps);
  }

  @Override
  public List<Source> sources(Change change, Workspace workspace) {
    PostgresTarget target = change.postgres();
    return target == null ? List.of() : List.of(new ServerFigures(target.url()));
  }
}
