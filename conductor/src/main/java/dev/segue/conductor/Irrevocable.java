package dev.segue.conductor;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;

/// A step of the contract: from here on there is no way back.
public interface Irrevocable extends Step {

  @Override
  default Stage stage() {
    return Stage.CONTRACT;
  }

  /// Never asked by a conductor.
  @Override
  default Facts takeBack(StepContext context) {
    throw refusal();
  }

  /// What a step of the contract says when it is asked all the same.
  static SegueException refusal() {
    return new SegueException(
        Kind.INTERNAL, "contract-taken-back", "The contract cannot be taken back.", null);
  }
}
