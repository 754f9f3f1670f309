package dev.segue.acceptance.checker;

/// What one client did to one key, as that client saw it. Times are nanoseconds of one clock.
sealed interface Operation {

  /// What a key holds before anybody has written it.
  long INITIAL = 0;

  /// Has not ended: the answer never came, or it said that something went wrong. Such a write may
  /// have happened, may happen later, or never.
  long NEVER = Long.MAX_VALUE;

  String key();

  long value();

  long begun();

  long ended();

  /// @param value no other write of this key has it
  /// @param ended when it was acknowledged, or [#NEVER]
  record Write(String key, long value, long begun, long ended) implements Operation {

    boolean acknowledged() {
      return ended != NEVER;
    }
  }

  /// @param through whom was asked
  /// @param last nobody wrote any more
  record Read(String key, long value, long begun, long ended, String through, boolean last)
      implements Operation {}
}
