package dev.segue.postgres.facade;

import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.facade.TableState.Facade;
import dev.segue.postgres.locking.LockedTransaction;
import dev.segue.postgres.sql.Nearest;
import java.util.List;

/// Puts a facade in a table's place, which shows the columns under old and new names.
record ExpandStep(TableRename rename) implements Step {

  @Override
  public String id() {
    return Facades.firstStep(rename.text());
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public boolean needed() {
    return rename.required().getAsBoolean();
  }

  @Override
  public PlannedStep describe() {
    TableFacts facts = rename.facts();
    rename.columns().forEach(column -> possible(facts, column));
    FacadePlan plan = rename.plan(facts);
    return new PlannedStep(
        id(),
        stage(),
        "Show %s under old and new names".formatted(facts.name()),
        standAside(facts).shown(plan.expand(rename.mark("…"))),
        "One short transaction drops the view and gives the table its name back: "
            + String.join("; ", plan.takeBack().stream().map(Statement::text).toList()),
        "PostgreSQL: it is one transaction, done or not. Both versions work either way as long as"
            + " only the old one serves; the next start looks, and goes on or back");
  }

  /// A plan that cannot be is none; the gates say more, but a dry run does not ask them.
  private static void possible(TableFacts facts, RenameColumn column) {
    List<String> names = facts.columnNames();
    if (!names.contains(column.from())) {
      throw new SegueException(
          Kind.USER,
          "column-missing",
          "%s: %s has no column %s%s"
              .formatted(
                  column.fromAt(),
                  facts.name(),
                  column.from(),
                  Nearest.hint(Nearest.to(column.from(), names))),
          null);
    }
    if (names.contains(column.to())) {
      throw new SegueException(
          Kind.USER,
          "column-taken",
          "%s: %s already has a column %s".formatted(column.toAt(), facts.name(), column.to()),
          "Choose another name, or has this change been carried out already?");
    }
  }

  @Override
  public Observation observe(StepContext context) {
    return Sighting.expansion(rename, rename.look());
  }

  @Override
  public Facts apply(StepContext context) {
    TableFacts facts = rename.facts();
    Facts measured =
        standAside(facts)
            .run(
                context,
                rename.work(facts, state -> towardsFacade(state, rename.mark(context.run()))));
    return measured
        .with("columns", rename.plan(facts).renames())
        .with("rows_estimate", facts.rows());
  }

  private List<Statement> towardsFacade(TableState state, String mark) {
    return switch (Sighting.expansion(rename, state)) {
      case Observation.Absent _ -> rename.plan(state.facts()).expand(mark);
      case Observation.Present _ -> List.of();
      case Observation.Partial partial -> throw rename.unexpected(partial.what());
      case Observation.Traceless _ -> throw new IllegalStateException("A facade leaves traces.");
    };
  }

  @Override
  public Facts takeBack(StepContext context) {
    TableState state = rename.look();
    if (Sighting.expansion(rename, state) instanceof Observation.Absent) {
      return Facts.NONE;
    }
    TableFacts facts = state.facts();
    return rename
        .transaction("putting " + facts.name() + " back", facts, rename.plan(facts).lockFacade())
        .run(context, rename.work(facts, this::towardsPlain));
  }

  /// A facade of ours that somebody has altered goes as well: only the table behind it matters.
  private List<Statement> towardsPlain(TableState state) {
    if (state instanceof Facade facade && rename.isOurs(facade)) {
      return rename.plan(facade.facts()).takeBack();
    }
    return switch (Sighting.expansion(rename, state)) {
      case Observation.Absent _ -> List.of();
      case Observation.Partial partial -> throw rename.unexpected(partial.what());
      case Observation.Present _, Observation.Traceless _ ->
          throw new IllegalStateException("Not a facade of this change: " + state);
    };
  }

  private LockedTransaction standAside(TableFacts facts) {
    return rename.transaction(
        "renaming " + facts.name() + " aside", facts, rename.plan(facts).lockTable());
  }
}
