package dev.segue.watch;

/// What a window of watching came to.
public enum Verdict {
  /// Everything that could be judged was good, and there was enough to judge.
  PASS,
  /// A rule was broken.
  FAIL,
  /// Too little traffic to say, or a rule had begun to break and the window ended before its time.
  INCONCLUSIVE,
  /// The figures could not be read.
  BLIND
}
