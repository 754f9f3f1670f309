package dev.segue.postgres.backfill;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import java.util.function.BooleanSupplier;

/// Compares every row.
///
/// @param id `compare-TABLE`
/// @param required whether a new run needs it, see [Step#needed]
public record CompareStep(
    Site site, String id, String title, Comparison.Source source, BooleanSupplier required)
    implements Step {

  /// For whoever must know again, before the contract.
  ///
  /// @return `rows_compared`, …
  /// @throws dev.segue.change.SegueException REFUSED `rows-differ`, with the first of them
  public static Facts compare(Site site, Comparison comparison, StepContext context) {
    throw new UnsupportedOperationException(site.change() + comparison.table() + context.run());
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public boolean needed() {
    return required.getAsBoolean();
  }

  @Override
  public PlannedStep describe() {
    throw new UnsupportedOperationException(id);
  }

  @Override
  public Observation observe(StepContext context) {
    throw new UnsupportedOperationException(id);
  }

  @Override
  public Facts apply(StepContext context) {
    throw new UnsupportedOperationException(id);
  }

  @Override
  public Facts takeBack(StepContext context) {
    throw new UnsupportedOperationException(id);
  }
}
