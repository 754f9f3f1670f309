package dev.segue.delivery;

import dev.segue.change.Expression;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.watch.Condition;
import dev.segue.watch.ConditionException;

/// Compiles the conditions of the change file.
final class Conditions {

  private Conditions() {}

  /// @throws SegueException USER `condition` with the place in the file
  static Condition compile(Expression expression) {
    try {
      return Condition.compile(expression.text());
    } catch (ConditionException e) {
      throw new SegueException(
          Kind.USER, "condition", expression.at() + ": " + e.getMessage(), null, e);
    }
  }
}
