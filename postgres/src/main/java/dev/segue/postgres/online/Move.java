package dev.segue.postgres.online;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// One short transaction of a change: what it sends depends on the catalogue alone.
public interface Move {

  /// The step's id, unique in the change: `add-check-orders_total_positive`.
  String id();

  /// [Stage#EXPAND] or [Stage#CONTRACT].
  Stage stage();

  /// A short sentence without a full stop: what it does.
  String title();

  /// Made from the catalogue as it is before; reads at most.
  ///
  /// While a change is planned, what its earlier steps make is not there yet.
  ///
  /// @throws dev.segue.change.SegueException USER, with the place in the file, where the change
  ///   asks for something that is not there
  Script script(Connection connection) throws SQLException;

  /// See [dev.segue.conductor.Step#needed].
  default boolean needed() {
    return true;
  }

  /// A query whose first value is true as long as nobody has undone the effect behind our back;
  /// empty: nothing is looked at besides the record of it.
  default Optional<String> stands() {
    return Optional.empty();
  }

  /// Whether the effect outlives a way back, because PostgreSQL knows none.
  default boolean stays() {
    return false;
  }

  /// Does what must come before the contract's transaction, or keeps it from coming.
  ///
  /// @return what was found
  default Facts before(StepContext context) {
    return Facts.NONE;
  }

  /// Keeps what would go with the way back: called before it, more than once after a crash.
  ///
  /// @return what was kept, and where
  default Facts keep(StepContext context) {
    return Facts.NONE;
  }

  /// In the plan: what is particular about the way back.
  default String aboutTheWayBack() {
    return stage().ending() ? "Cannot be taken back" : "One short transaction undoes it";
  }
}
