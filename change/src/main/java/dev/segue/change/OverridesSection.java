package dev.segue.change;

import static dev.segue.change.Key.optional;

import dev.segue.change.FailureSection.Reaction;
import java.util.List;
import java.util.Optional;

/// `overrides`: what the command line said.
final class OverridesSection {

  private static final Key<List<String>> BACKFILLS =
      optional(
          "backfills",
          new ListForm<>(Scalars.TEXT, 1),
          "Names of the backfills that are carried out; all when not given.");
  private static final Key<Integer> MAX_BATCH =
      optional(
          "max-batch",
          Scalars.number("a number of items", 1, 1_000_000),
          "Items of a batch at most; of keys never more than 500.");
  private static final Key<Reaction> ON_ERROR =
      optional(
          "on-error",
          FailureSection.ON_ERROR.form(),
          "In the place of each backfill's own on-error.");
  private static final Key<Integer> MAX_ERRORS =
      optional(
          "max-errors",
          Scalars.number("a number of items", 0, 100_000_000),
          "In the place of each backfill's own max-errors.");

  static final Key<Overrides> OVERRIDES =
      optional(
          "overrides",
          MappingForm.of(OverridesSection::overrides, BACKFILLS, MAX_BATCH, ON_ERROR, MAX_ERRORS),
          "What the command line said besides this file; 'segue backfill run' writes it into the"
              + " text that is stored with a run.");

  private OverridesSection() {}

  private static Overrides overrides(Fields f) {
    Optional<Reaction> reaction = f.find(ON_ERROR);
    return new Overrides(
        f.find(BACKFILLS).orElse(List.of()),
        f.find(MAX_BATCH).orElse(0),
        reaction.map(Reaction::mode).orElse(null),
        reaction.map(Reaction::value).orElse(null),
        f.find(MAX_ERRORS).map(Integer::longValue).orElse(-1L));
  }

  /// Only backfills that there are.
  static void check(Fields change, List<Backfill> backfills) {
    for (String name : change.find(OVERRIDES).map(Overrides::backfills).orElse(List.of())) {
      if (Backfill.named(backfills, name).isEmpty()) {
        List<String> names = backfills.stream().map(Backfill::name).toList();
        change.problem(
            "there is no backfill '" + name + "'; there are: " + String.join(", ", names),
            "overrides",
            "backfills");
      }
    }
  }
}
