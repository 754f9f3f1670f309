package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.columns.Table.Index;
import dev.segue.postgres.online.LongStatement;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// `indexes-TABLE`: the old columns' indexes, once more for the new ones.
record IndexStep(Wish wish) implements Step {

  private static final String VALID =
      """
      select i.indisvalid from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ? and c.relname = ?
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
    Design design = wish.design();
    return new PlannedStep(
        id(),
        stage(),
        "Build the indexes of the new columns of " + wish.table(),
        design.indexes().entrySet().stream()
            .map(i ->
                new Statement(
                    create(design.table(), i.getKey(), i.getValue()),
                    "SHARE UPDATE EXCLUSIVE on " + design.table().name(),
                    "reads and writes go on; it waits for transactions older than itself"))
            .toList(),
        "The new indexes are dropped, concurrently",
        "PostgreSQL: a build that was cut short leaves an invalid index, which is dropped and built"
            + " again");
  }

  @Override
  public Observation observe(StepContext context) {
    Design design = wish.design();
    try (Connection connection = wish.site().open("looking at " + id())) {
      int valid = 0;
      int missing = 0;
      for (Index index : design.indexes().keySet()) {
        switch (state(connection, design.table(), index)) {
          case VALID -> valid++;
          case MISSING -> missing++;
          case INVALID -> {}
        }
      }
      int all = design.indexes().size();
      if (all == 0) {
        return Observation.TRACELESS;
      }
      return valid == all
          ? new Observation.Present(Facts.of("indexes", valid))
          : missing == all
              ? Observation.ABSENT
              : new Observation.Partial("%d of %d indexes are built".formatted(valid, all), true);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + id(), e);
    }
  }

  @Override
  public Facts apply(StepContext context) {
    Design design = wish.design();
    for (Map.Entry<Index, String> index : design.indexes().entrySet()) {
      build(context, design.table(), index.getKey(), index.getValue());
    }
    return Facts.of("indexes", design.indexes().size());
  }

  private void build(StepContext context, Table table, Index index, String method) {
    String purpose = "building " + index.copy();
    LongStatement create =
        new LongStatement(
            wish.site(), purpose, create(table, index, method), LongStatement.INDEX_PROGRESS);
    create.endLeftovers(context);
    State state = state(table, index);
    if (state == State.INVALID) {
      drop(context, table, index);
    }
    if (state != State.VALID) {
      try {
        create.run(context);
      } catch (SQLException e) {
        throw create.failed(e);
      }
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    Design design = wish.design();
    for (Index index : List.copyOf(design.indexes().keySet()).reversed()) {
      new LongStatement(wish.site(), "building " + index.copy(), "", LongStatement.NO_PROGRESS)
          .endLeftovers(context);
      drop(context, design.table(), index);
    }
    return Facts.NONE;
  }

  private void drop(StepContext context, Table table, Index index) {
    LongStatement drop =
        new LongStatement(
            wish.site(),
            "dropping " + index.copy(),
            "DROP INDEX CONCURRENTLY IF EXISTS " + quoted(table.schema(), index.copy()),
            LongStatement.NO_PROGRESS);
    drop.endLeftovers(context);
    try {
      drop.run(context);
    } catch (SQLException e) {
      throw drop.failed(e);
    }
  }

  private static String create(Table table, Index index, String method) {
    return "CREATE %sINDEX CONCURRENTLY %s ON %s USING %s"
        .formatted(index.unique() ? "UNIQUE " : "", quoted(index.copy()), table.name(), method);
  }

  private State state(Table table, Index index) {
    try (Connection connection = wish.site().open("looking at " + index.copy())) {
      return state(connection, table, index);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + index.copy(), e);
    }
  }

  private static State state(Connection connection, Table table, Index index) throws SQLException {
    return Prompt.first(connection, VALID, row -> row.getBoolean(1), table.schema(), index.copy())
        .map(valid -> valid ? State.VALID : State.INVALID)
        .orElse(State.MISSING);
  }
}
