package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.ChangeFileException;
import dev.segue.change.ChangeFileException.Problem;
import dev.segue.change.Expression;
import dev.segue.change.Place;
import dev.segue.watch.Condition;
import dev.segue.watch.ConditionException;
import java.util.ArrayList;
import java.util.List;

/// Compiles every condition of a change file, so that a mistake in one is found before anything is
/// done, and pointed at where it stands.
final class Expressions {

  private Expressions() {}

  /// @throws ChangeFileException with every condition that does not compile
  static void compile(Change change) {
    List<Problem> problems = new ArrayList<>();
    for (Expression expression : change.expressions()) {
      try {
        Condition.compile(expression.text());
      } catch (ConditionException e) {
        Place at = expression.at();
        Place there = new Place(at.file(), at.line(), at.column() + e.offset());
        problems.add(new Problem(there, "not a condition: " + e.getMessage(), expression.text()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ChangeFileException(problems);
    }
  }
}
