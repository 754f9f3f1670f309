package dev.segue.postgres.facade;

import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Renames of columns by facades: the questions before, and the steps.
public final class Facades {

  private Facades() {}

  /// Asks of those that are planned.
  ///
  /// @param renames by table, as the change file has it; not empty
  public static GateCheck gate(Site site, Map<String, List<RenameColumn>> renames) {
    return new FacadeGate(
        renames.entrySet().stream()
            .map(table -> rename(site, table.getKey(), table.getValue(), () -> true))
            .toList());
  }

  /// The id of the step that puts a facade in a table's place.
  public static String firstStep(String table) {
    return "expand-" + table;
  }

  /// Why a table can have no facade, as it is now.
  public static Optional<String> refusal(Site site, String table, List<RenameColumn> renames) {
    return gate(site, Map.of(table, renames)).ask(what -> {}).stream()
        .filter(finding -> finding.level() == Finding.Level.REFUSED)
        .map(Finding::message)
        .findFirst();
  }

  /// `expand-TABLE` and `contract-TABLE`.
  ///
  /// @param required whether a new run needs them, see [Step#needed]
  public static List<Step> steps(
      Site site, String table, List<RenameColumn> renames, BooleanSupplier required) {
    TableRename rename = rename(site, table, renames, required);
    return List.of(new ExpandStep(rename), new ContractStep(rename));
  }

  private static TableRename rename(
      Site site, String table, List<RenameColumn> renames, BooleanSupplier required) {
    return new TableRename(site, table, TableName.parse(table), renames, required);
  }
}
