package dev.segue.postgres.facade;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.sql.Nearest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands under a table's name.
sealed interface TableState {

  /// An ordinary or partitioned table.
  ///
  /// @param asideTaken something else has the name the table would step aside to
  record Plain(TableFacts facts, long oid, boolean asideTaken) implements TableState {}

  /// A view, with a table behind it that has its name and our suffix.
  ///
  /// @param comment of the view
  /// @param shows its columns in order
  /// @param definition its query, as the server prints it
  record Facade(TableFacts facts, @Nullable String comment, List<String> shows, String definition)
      implements TableState {
    public Facade {
      shows = List.copyOf(shows);
    }
  }

  /// Something that is no table: `a view`, `a sequence`.
  record Other(String name, String what) implements TableState {}

  /// @param nearest names that exist, the likeliest first
  record Missing(String name, List<String> nearest) implements TableState {
    public Missing {
      nearest = List.copyOf(nearest);
    }
  }

  /// @throws SegueException USER `table-missing` or `not-a-table`
  default TableFacts facts() {
    return facts("");
  }

  /// @param place to begin an error with
  default TableFacts facts(String place) {
    return switch (this) {
      case Plain plain -> plain.facts();
      case Facade facade -> facade.facts();
      case Other other ->
          throw new SegueException(
              Kind.USER,
              "not-a-table",
              place + other.name() + " is " + other.what() + ", not a table",
              null);
      case Missing missing ->
          throw new SegueException(
              Kind.USER,
              "table-missing",
              place + "there is no table " + missing.name() + Nearest.hint(missing.nearest()),
              "Correct the name in the change file; write schema.table where it is not found.");
    };
  }
}
