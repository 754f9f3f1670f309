package dev.segue.postgres.columns;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.backfill.CompareStep;
import dev.segue.postgres.online.Effects;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/// `drop-old-TABLE`: only the new columns are left.
record ContractMove(Wish wish) implements Move {

  @Override
  public String id() {
    return "drop-old-" + wish.table();
  }

  @Override
  public Stage stage() {
    return Stage.CONTRACT;
  }

  @Override
  public boolean needed() {
    return wish.needs(Contraction::isNeeded);
  }

  @Override
  public String title() {
    return "Leave %s with its new columns only".formatted(wish.table());
  }

  @Override
  public Script script(Connection connection) throws SQLException {
    return Contraction.of(wish.design(connection));
  }

  @Override
  public String aboutTheWayBack() {
    return "Cannot be taken back: statements with the old columns fail from here on";
  }

  /// Every row is compared once more; here is also the place to prove that nobody says the old
  /// names any more.
  @Override
  public Facts before(StepContext context) {
    try (Connection connection = wish.site().open("preparing " + id())) {
      if (Effects.of(connection, wish.site().change(), id()).isPresent()) {
        return Facts.NONE;
      }
      Design design = wish.design(connection);
      return design.compares()
          ? CompareStep.compare(wish.site(), design.comparison(true), context)
          : Facts.NONE;
    } catch (SQLException e) {
      throw Sql.failed("preparing " + id(), e);
    }
  }
}
