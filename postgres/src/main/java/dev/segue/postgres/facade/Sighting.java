package dev.segue.postgres.facade;

import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.postgres.facade.TableState.Facade;
import dev.segue.postgres.facade.TableState.Missing;
import dev.segue.postgres.facade.TableState.Other;
import dev.segue.postgres.facade.TableState.Plain;
import dev.segue.postgres.sql.Identifiers;
import java.util.List;

/// What a table's state means for its steps. Pure: the state says it all.
final class Sighting {

  private Sighting() {}

  /// Does the facade stand?
  static Observation expansion(TableRename rename, TableState state) {
    return switch (state) {
      case Plain plain -> beforeExpansion(rename, plain);
      case Facade facade -> standing(rename, facade);
      case Other other -> new Observation.Partial(other.name() + " is " + other.what(), false);
      case Missing missing -> new Observation.Partial("there is no table " + missing.name(), false);
    };
  }

  /// Is it over?
  static Observation contraction(TableRename rename, TableState state) {
    return switch (state) {
      case Plain plain when hasOnlyNewNames(rename, plain.facts()) ->
          new Observation.Present(Facts.of("table", plain.facts().name()));
      case Plain plain ->
          new Observation.Partial(
              plain.facts().name()
                  + " is a plain table with the columns "
                  + String.join(", ", plain.facts().columnNames())
                  + "; its facade is gone, but not by this step",
              false);
      case Facade facade ->
          switch (standing(rename, facade)) {
            case Observation.Present _ -> Observation.ABSENT;
            case Observation.Absent absent -> absent;
            case Observation.Partial partial -> partial;
            case Observation.Traceless traceless -> traceless;
          };
      case Other _, Missing _ -> expansion(rename, state);
    };
  }

  private static Observation beforeExpansion(TableRename rename, Plain plain) {
    TableFacts facts = plain.facts();
    if (hasOnlyNewNames(rename, facts)) {
      return new Observation.Partial(facts.name() + " already has the new names only", false);
    }
    List<String> gone = rename.oldNames().stream().filter(from -> !facts.has(from)).toList();
    List<String> taken = rename.newNames().stream().filter(facts::has).toList();
    if (!gone.isEmpty() || !taken.isEmpty()) {
      return new Observation.Partial(
          "%s has %s and lacks %s".formatted(facts.name(), orNothing(taken), orNothing(gone)),
          false);
    }
    return plain.asideTaken()
        ? new Observation.Partial(
            "%s is as before, but something else is called %s"
                .formatted(facts.name(), facts.aside()),
            false)
        : Observation.ABSENT;
  }

  private static Observation standing(TableRename rename, Facade facade) {
    TableFacts facts = facade.facts();
    if (!rename.isOurs(facade)) {
      return new Observation.Partial(
          "%s is a view over %s that this change did not make%s"
              .formatted(
                  facts.name(),
                  facts.aside(),
                  facade.comment() == null ? "" : " ('" + facade.comment() + "')"),
          false);
    }
    List<String> expected = rename.plan(facts).viewColumns();
    if (!facade.shows().equals(expected)) {
      return new Observation.Partial(
          "the facade %s shows %s, and the table behind it calls for %s"
              .formatted(
                  facts.name(), String.join(", ", facade.shows()), String.join(", ", expected)),
          true);
    }
    if (!rename.columns().stream()
        .allMatch(column -> facade.definition().contains(shownAs(column)))) {
      return new Observation.Partial(
          "the facade %s was altered: %s".formatted(facts.name(), facade.definition().strip()),
          true);
    }
    return new Observation.Present(
        Facts.of("table", facts.name()).with("facade_of", String.valueOf(facade.comment())));
  }

  private static boolean hasOnlyNewNames(TableRename rename, TableFacts facts) {
    return rename.newNames().stream().allMatch(facts::has)
        && rename.oldNames().stream().noneMatch(facts::has);
  }

  private static String shownAs(RenameColumn column) {
    return Identifiers.quoted(column.from()) + " AS " + Identifiers.quoted(column.to());
  }

  private static String orNothing(List<String> names) {
    return names.isEmpty() ? "nothing" : String.join(", ", names);
  }
}
