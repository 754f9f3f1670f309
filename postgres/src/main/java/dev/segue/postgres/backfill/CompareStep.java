package dev.segue.postgres.backfill;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
  /// @return `rows_compared`, `seconds`
  /// @throws dev.segue.change.SegueException REFUSED `rows-differ`, with the first of them
  public static Facts compare(Site site, Comparison comparison, StepContext context) {
    try (Connection connection = site.open("comparing " + comparison.table())) {
      return new Comparer(site, comparison, context, connection).compare();
    } catch (SQLException e) {
      throw Sql.failed("comparing " + comparison.table(), e);
    }
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
    try (Connection connection = site.open("planning " + id)) {
      Comparison comparison = source.read(connection);
      return new PlannedStep(
          id,
          stage(),
          title,
          List.of(
              new Statement(
                  "SELECT count(*) FROM " + comparison.table() + " WHERE " + comparison.differs(),
                  "ACCESS SHARE on " + comparison.table(),
                  "range by range, every row; more than none stops the change")),
          "Nothing to do: it only reads",
          "Nobody: the next start compares again");
    } catch (SQLException e) {
      throw Sql.failed("planning " + id, e);
    }
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try (Connection connection = site.open("looking at what " + id + " compares")) {
      return compare(site, source.read(connection), context);
    } catch (SQLException e) {
      throw Sql.failed("looking at what " + id + " compares", e);
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }
}
