package dev.segue.acceptance.checker;

import java.util.Locale;

/// An answer that no order of the writes explains.
record Violation(Kind kind, Operation.Read read, String why) {

  enum Kind {
    /// An acknowledged write is not there when nobody writes any more.
    LOST,
    /// An older value after a newer one.
    STALE,
    /// A value that nobody had written.
    PHANTOM
  }

  @Override
  public String toString() {
    return "%s: %s through %s was %d from %.3f s to %.3f s, %s"
        .formatted(
            kind.name().toLowerCase(Locale.ROOT),
            read.key(),
            read.through(),
            read.value(),
            seconds(read.begun()),
            seconds(read.ended()),
            why);
  }

  static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
