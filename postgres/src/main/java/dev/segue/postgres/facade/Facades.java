package dev.segue.postgres.facade;

import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.sql.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Renames of columns by facades: the questions before, and the steps.
public final class Facades {

  private Facades() {}

  /// None when the change leaves the schema alone.
  public static List<GateCheck> gates(Change change) {
    List<TableRename> renames = renames(change);
    return renames.isEmpty() ? List.of() : List.of(new FacadeGate(renames));
  }

  /// By table `expand-TABLE` and `contract-TABLE`; for all of them `mark` and `old-names`.
  public static List<Step> steps(Change change) {
    List<TableRename> renames = renames(change);
    if (renames.isEmpty()) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>(renames.stream().map(ExpandStep::new).toList());
    steps.add(new MarkStep(renames));
    steps.add(new OldNamesStep(renames));
    steps.addAll(renames.stream().map(ContractStep::new).toList());
    return List.copyOf(steps);
  }

  private static List<TableRename> renames(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null) {
      return List.of();
    }
    Map<String, List<RenameColumn>> byTable = new LinkedHashMap<>();
    for (SchemaOperation operation : change.schema()) {
      if (operation instanceof RenameColumn rename) {
        byTable.computeIfAbsent(rename.table(), _ -> new ArrayList<>()).add(rename);
      }
    }
    return byTable.entrySet().stream()
        .map(e ->
            new TableRename(
                change.name(), target, e.getKey(), TableName.parse(e.getKey()), e.getValue()))
        .toList();
  }
}
