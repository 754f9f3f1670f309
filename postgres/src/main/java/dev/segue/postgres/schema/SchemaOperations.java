package dev.segue.postgres.schema;

import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.columns.Columns;
import dev.segue.postgres.facade.Facades;
import dev.segue.postgres.facade.MarkStep;
import dev.segue.postgres.oldnames.OldNames;
import dev.segue.postgres.oldnames.OldNamesStep;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TidyStep;
import dev.segue.postgres.operation.Operations;
import dev.segue.postgres.operation.ServerGate;
import dev.segue.postgres.rehearsal.Act;
import dev.segue.postgres.rehearsal.RehearsalGate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a change's `schema` section asks for: the questions before, and the steps.
public final class SchemaOperations {

  private SchemaOperations() {}

  public static List<GateCheck> gates(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null) {
      return List.of();
    }
    Site site = new Site(change.name(), target);
    List<Group> groups = Group.of(change.schema());
    Choice choice = new Choice(change, site, groups);
    List<GateCheck> gates = new ArrayList<>();
    if (!groups.isEmpty()) {
      gates.add(new ServerGate(site, change.schema()));
      gates.add(new SchemaGate(site, change.schema(), groups, choice));
    }
    Map<String, List<RenameColumn>> facades = facades(groups);
    if (!facades.isEmpty()) {
      gates.add(Facades.gate(site, facades));
    }
    for (Group group : groups) {
      gates.addAll(gates(site, group));
    }
    gates.addAll(Operations.gates(site, change.schema()));
    Map<String, String> views = new LinkedHashMap<>();
    facades.keySet().forEach(table -> views.put(table, Facades.firstStep(table)));
    gates.add(
        new RehearsalGate(
            change.rehearsal(), site, at -> Composition.all(at, groups, choice), views));
    return List.copyOf(gates);
  }

  private static List<GateCheck> gates(Site site, Group group) {
    return switch (group) {
      case Group.InStep s -> Columns.gates(site, s.table(), s.operations(), () -> true);
      case Group.Either e ->
          Columns.gates(site, e.table(), List.copyOf(e.operations()), () -> true).stream()
              .<GateCheck>map(gate -> new GateUnless(Facades.firstStep(e.table()), gate))
              .toList();
      case Group.Facade _, Group.Alone _ -> List.of();
    };
  }

  /// By table, those that may get one.
  private static Map<String, List<RenameColumn>> facades(List<Group> groups) {
    Map<String, List<RenameColumn>> facades = new LinkedHashMap<>();
    for (Group group : groups) {
      switch (group) {
        case Group.Facade f -> facades.put(f.table(), f.operations());
        case Group.Either e -> facades.put(e.table(), e.operations());
        case Group.InStep _, Group.Alone _ -> {}
      }
    }
    return facades;
  }

  /// All steps that may be needed; those of ways that exclude each other say themselves whether
  /// they are.
  public static List<Step> steps(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null || change.schema().isEmpty()) {
      return List.of();
    }
    Site site = new Site(change.name(), target);
    List<Group> groups = Group.of(change.schema());
    Choice choice = new Choice(change, site, groups);
    List<Step> steps = new ArrayList<>();
    steps.add(new DefinitionStep(site));
    Composition.all(site, groups, choice).stream().map(Act::step).forEach(steps::add);
    List<String> tables =
        groups.stream()
            .filter(Group.OfColumns.class::isInstance)
            .map(group -> ((Group.OfColumns) group).table())
            .distinct()
            .toList();
    if (!tables.isEmpty()) {
      steps.add(new MarkStep(site, tables));
    }
    OldNames names = OldNames.of(change.schema());
    if (!names.none()) {
      steps.add(new OldNamesStep(site, names));
    }
    if (groups.stream().anyMatch(g -> !(g instanceof Group.Facade))) {
      steps.add(new NeededStep(new TidyStep(site), () -> !facadesAlone(groups, choice)));
    }
    return List.copyOf(steps);
  }

  /// They leave no record of their effects.
  private static boolean facadesAlone(List<Group> groups, Choice choice) {
    return groups.stream()
        .allMatch(group ->
            switch (group) {
              case Group.Facade _ -> true;
              case Group.Either e -> choice.facade(e.table());
              case Group.InStep _, Group.Alone _ -> false;
            });
  }
}
