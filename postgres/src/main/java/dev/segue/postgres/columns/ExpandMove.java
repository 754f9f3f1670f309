package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// `columns-TABLE`: from here on columns are in step.
record ExpandMove(Wish wish) implements Move {

  @Override
  public String id() {
    return "columns-" + wish.table();
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public boolean needed() {
    return wish.required().getAsBoolean();
  }

  @Override
  public String title() {
    return "Add the new columns of %s and keep them in step".formatted(wish.table());
  }

  @Override
  public Script script(Connection connection) throws SQLException {
    return Expansion.of(wish.design(connection));
  }

  @Override
  public Facts keep(StepContext context) {
    return new Kept(wish).copyTo(context);
  }

  @Override
  public String aboutTheWayBack() {
    return "What only new columns say is kept as CSV in the run's directory; then one short"
        + " transaction undoes it";
  }

  @Override
  public Optional<String> stands() {
    return wish.keepsInStep()
        ? Optional.of(
            """
            select exists (select from pg_catalog.pg_trigger
              where tgrelid = pg_catalog.to_regclass(%s) and tgname = '%s' and tgenabled <> 'D')
            """
                .formatted(literal(TableName.parse(wish.table()).quoted()), Table.TRIGGER))
        : Optional.empty();
  }
}
