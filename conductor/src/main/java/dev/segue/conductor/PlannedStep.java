package dev.segue.conductor;

import java.util.List;

/// A step as the plan shows it; stored with the run.
///
/// @param id unique in the plan, stable between versions of Segue: `gates`, `backup`,
///   `expand-unified_db_personlink`
/// @param title what it does, a short sentence without a full stop
/// @param statements what it sends, in order
/// @param takeBack how it is taken back, or why there is nothing to take back
/// @param ifConductorDies who decides when the conductor dies in this step and what state things
///   are in
public record PlannedStep(
    String id,
    Stage stage,
    String title,
    List<Statement> statements,
    String takeBack,
    String ifConductorDies) {

  public PlannedStep {
    statements = List.copyOf(statements);
  }
}
