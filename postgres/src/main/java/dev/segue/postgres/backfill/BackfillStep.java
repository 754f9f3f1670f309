package dev.segue.postgres.backfill;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import java.util.function.BooleanSupplier;

/// Copies until no row is left to do.
///
/// @param id `backfill-TABLE`
/// @param required whether a new run needs it, see [Step#needed]
public record BackfillStep(
    Site site, String id, String title, Copying.Source source, BooleanSupplier required)
    implements Step {

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
