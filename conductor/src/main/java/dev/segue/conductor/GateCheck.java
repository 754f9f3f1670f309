package dev.segue.conductor;

import java.util.List;

/// Something asked before the change begins. It answers; it changes nothing that outlives it.
public interface GateCheck {

  /// At least one finding. Failing to find out is a refusal, not an exception.
  ///
  /// @param progress told what is being looked at, where that takes long
  List<Finding> ask(Progress progress);

  /// Where a long question says what it is at.
  @FunctionalInterface
  interface Progress {
    void at(String what);
  }
}
