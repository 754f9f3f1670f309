package dev.segue.postgres.columns;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.columns.IndexBuild.Piece;
import dev.segue.postgres.locking.LockedTransaction;
import dev.segue.postgres.online.LongStatement;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// `indexes-TABLE`: the old columns' indexes, once more for the new ones.
record IndexStep(Wish wish) implements Step {

  private static final String VALID =
      """
      select i.indisvalid from pg_catalog.pg_index i
      where i.indexrelid = pg_catalog.to_regclass(?)
      """;

  private enum State {
    MISSING,
    INVALID,
    VALID
  }

  @Override
  public String id() {
    return "indexes-" + wish.table();
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public boolean needed() {
    return wish.needs(design -> !design.indexes().isEmpty());
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Build the indexes of the new columns of " + wish.table(),
        IndexBuild.of(wish.design()).stream().map(Piece::shown).toList(),
        "The new indexes are dropped, concurrently where they can be",
        "PostgreSQL: a build that was cut short leaves an invalid index, which is dropped and built"
            + " again");
  }

  @Override
  public Observation observe(StepContext context) {
    List<Piece> pieces = IndexBuild.of(wish.design());
    if (pieces.isEmpty()) {
      return Observation.TRACELESS;
    }
    List<State> states = pieces.stream().map(this::state).toList();
    if (states.stream().allMatch(State.VALID::equals)) {
      return new Observation.Present(Facts.of("indexes", pieces.size()));
    }
    if (states.stream().allMatch(State.MISSING::equals)) {
      return Observation.ABSENT;
    }
    long valid = states.stream().filter(State.VALID::equals).count();
    return new Observation.Partial(
        "%d of %d indexes are built".formatted(valid, pieces.size()), true);
  }

  @Override
  public Facts apply(StepContext context) {
    List<Piece> pieces = IndexBuild.of(wish.design());
    for (Piece piece : pieces) {
      if (piece.concurrent()) {
        build(context, piece);
      } else if (state(piece) == State.MISSING) {
        inShort(context, piece, piece.create());
      }
      if (piece.attach() != null) {
        inShort(context, piece, piece.attach());
      }
    }
    return Facts.of("indexes", pieces.size());
  }

  private void build(StepContext context, Piece piece) {
    LongStatement create =
        new LongStatement(
            wish.site(), piece.purpose(), piece.create(), LongStatement.INDEX_PROGRESS);
    create.endLeftovers(context);
    State state = state(piece);
    if (state == State.INVALID) {
      drop(context, piece);
    }
    if (state != State.VALID) {
      run(context, create);
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    for (Piece piece : IndexBuild.of(wish.design())) {
      if (piece.concurrent()) {
        new LongStatement(wish.site(), piece.purpose(), "", LongStatement.NO_PROGRESS)
            .endLeftovers(context);
      }
      // From the top down: what is attached goes with what it is attached to.
      if (state(piece) != State.MISSING) {
        if (piece.concurrent()) {
          drop(context, piece);
        } else {
          inShort(context, piece, "DROP INDEX IF EXISTS " + piece.name());
        }
      }
    }
    return Facts.NONE;
  }

  private void drop(StepContext context, Piece piece) {
    LongStatement drop =
        new LongStatement(
            wish.site(),
            "dropping " + piece.name(),
            "DROP INDEX CONCURRENTLY IF EXISTS " + piece.name(),
            LongStatement.NO_PROGRESS);
    drop.endLeftovers(context);
    run(context, drop);
  }

  private static void run(StepContext context, LongStatement statement) {
    try {
      statement.run(context);
    } catch (SQLException e) {
      throw statement.failed(e);
    }
  }

  private void inShort(StepContext context, Piece piece, String sql) {
    new LockedTransaction(
            wish.site().target(), piece.purpose(), piece.table(), List.of(piece.table()), List.of())
        .run(context, _ -> List.of(new Statement(sql, null, null)));
  }

  private State state(Piece piece) {
    try (Connection connection = wish.site().open("looking at " + piece.name())) {
      return Prompt.first(connection, VALID, row -> row.getBoolean(1), piece.name())
          .map(valid -> valid ? State.VALID : State.INVALID)
          .orElse(State.MISSING);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + piece.name(), e);
    }
  }
}
