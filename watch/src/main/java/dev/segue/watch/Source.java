package dev.segue.watch;

/// Somewhere figures come from. A source that cannot be read says so; it never invents a figure.
public interface Source {

  /// The variable its figures stand under in conditions: `health`, `http`.
  String name();

  /// Reads now. Bounded in time by the source itself; never throws for what is wrong outside.
  Reading read();
}
