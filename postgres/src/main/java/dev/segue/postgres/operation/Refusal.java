package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What an operation says when it cannot be.
final class Refusal {

  private Refusal() {}

  static SegueException notPossible(Place at, String message, @Nullable String remedy) {
    return new SegueException(Kind.USER, "not-possible", at + ": " + message, remedy);
  }

  /// @param condition SQL that is true where something has the name
  static void whereTaken(Connection connection, String condition, Place at, String what)
      throws SQLException {
    if (Prompt.texts(connection, "select " + condition).contains("t")) {
      throw new SegueException(
          Kind.USER,
          "name-taken",
          at + ": " + what + " is there already",
          "Choose another name, or drop what has it.");
    }
  }
}
