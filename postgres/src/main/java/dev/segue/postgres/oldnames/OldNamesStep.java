package dev.segue.postgres.oldnames;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Counts calls with old names when the old version has answered its last request, so that the
/// contract can tell whether there have been more.
public record OldNamesStep(Site site, OldNames names) implements Step {

  static final String ID = "old-names";

  @Override
  public String id() {
    return ID;
  }

  /// After the drain: what the old version did until then is none of the contract's business.
  @Override
  public Stage stage() {
    return Stage.VERIFY;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        ID,
        stage(),
        "Count calls that use old names, to see before the contract that none were added",
        List.of(),
        "Nothing to take back: it reads",
        "It only reads");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try (Connection connection = site.open("counting old names")) {
      return names.count(connection);
    } catch (SQLException e) {
      throw Sql.failed("counting calls with old names", e);
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }
}
