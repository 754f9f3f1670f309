package dev.segue.conductor;

import org.jspecify.annotations.Nullable;

/// One answer to "should we go?".
///
/// @param gate which gate says so, a few words: `health`, `rehearsal`, `backup directory`
/// @param message with the figure it rests on
/// @param remedy what to do about a refusal, or null
public record Finding(Level level, String gate, String message, @Nullable String remedy) {

  /// REFUSED alone stops the change.
  public enum Level {
    PASSED,
    WARNING,
    REFUSED
  }

  public static Finding passed(String gate, String message) {
    return new Finding(Level.PASSED, gate, message, null);
  }

  public static Finding warning(String gate, String message, @Nullable String remedy) {
    return new Finding(Level.WARNING, gate, message, remedy);
  }

  public static Finding refused(String gate, String message, @Nullable String remedy) {
    return new Finding(Level.REFUSED, gate, message, remedy);
  }
}
