package dev.segue.conductor;

import java.util.List;
import java.util.function.Predicate;

/// Something asked before the change begins. It answers; it changes nothing that outlives it.
public interface GateCheck {

  /// At least one finding. Failing to find out is a refusal, not an exception.
  ///
  /// @param progress told what is being looked at, where that takes long
  List<Finding> ask(Progress progress);

  /// The same, of a plan whose steps are known: a gate of one of several ways has nothing to say
  /// where another way was taken.
  ///
  /// @param planned whether a step's id is in the plan
  default List<Finding> ask(Progress progress, Predicate<String> planned) {
    return ask(progress);
  }

  /// Where a long question says what it is at.
  @FunctionalInterface
  interface Progress {
    void at(String what);
  }
}
