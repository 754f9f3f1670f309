package dev.segue.postgres.schema;

import dev.segue.change.SchemaOperation;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.postgres.columns.Columns;
import dev.segue.postgres.facade.Facades;
import dev.segue.postgres.oldnames.OldNames;
import dev.segue.postgres.oldnames.UnusedFirst;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.operation.Operations;
import dev.segue.postgres.rehearsal.Act;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The steps of a change's groups, in the order in which they are carried out within their stages.
final class Composition {

  private Composition() {}

  /// All that may be needed.
  static List<Act> all(Site site, List<Group> groups, Choice choice) {
    return acts(site, groups, choice::facade, table -> () -> choice.of(table).words());
  }

  /// All, with the ways that are given.
  static List<Act> by(Site site, List<Group> groups, Predicate<String> facade) {
    return acts(site, groups, facade, _ -> () -> "");
  }

  private static List<Act> acts(
      Site site,
      List<Group> groups,
      Predicate<String> facade,
      Function<String, Supplier<String>> why) {
    Map<Group, List<Act>> byGroup = new HashMap<>();
    for (Group group : groups) {
      OldNames names = OldNames.of(group.operations());
      byGroup.put(
          group,
          steps(site, group, facade, why).stream()
              .map(step -> new Act(group.first(), unused(site, names, step)))
              .toList());
    }
    return Stream.concat(
            Order.growing(groups).stream()
                .flatMap(group -> byGroup.getOrDefault(group, List.of()).stream())
                .filter(act -> act.step().stage() != Stage.CONTRACT),
            Order.shrinking(groups).stream()
                .flatMap(group -> byGroup.getOrDefault(group, List.of()).stream())
                .filter(act -> act.step().stage() == Stage.CONTRACT))
        .toList();
  }

  private static Step unused(Site site, OldNames names, Step step) {
    return step.stage() == Stage.CONTRACT && !names.none()
        ? new UnusedFirst(site, names, step)
        : step;
  }

  private static List<Step> steps(
      Site site, Group group, Predicate<String> facade, Function<String, Supplier<String>> why) {
    return switch (group) {
      case Group.Facade f -> Facades.steps(site, f.table(), f.operations(), () -> true);
      case Group.InStep s -> Columns.steps(site, s.table(), s.operations(), () -> true);
      case Group.Alone a -> Operations.steps(site, a.operation());
      case Group.Either e -> {
        List<SchemaOperation> operations = List.copyOf(e.operations());
        BooleanSupplier byFacade = () -> facade.test(e.table());
        BooleanSupplier inStep = () -> !facade.test(e.table());
        List<Step> steps = new ArrayList<>();
        steps.addAll(
            told(Facades.steps(site, e.table(), e.operations(), byFacade), why.apply(e.table())));
        steps.addAll(
            told(Columns.steps(site, e.table(), operations, inStep), why.apply(e.table())));
        yield steps;
      }
    };
  }

  private static List<Step> told(List<Step> steps, Supplier<String> why) {
    List<Step> told = new ArrayList<>(steps);
    if (!told.isEmpty()) {
      told.set(0, new ToldStep(told.getFirst(), why));
    }
    return told;
  }
}
