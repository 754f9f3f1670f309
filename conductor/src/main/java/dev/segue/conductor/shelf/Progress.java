package dev.segue.conductor.shelf;

/// Told what is being done, often; may end the work by an exception.
@FunctionalInterface
public interface Progress {

  /// @param done 0 to 1, or NaN when it cannot be said
  void at(String what, double done);
}
