package dev.segue.conductor;

import org.jspecify.annotations.Nullable;

/// One answer to "should we go?".
///
/// @param gate which gate says so, a few words: `health`, `rehearsal`, `backup directory`
/// @param message with the figure it rests on
/// @param remedy what to do about a refusal, or null
/// @param overridable a refusal that a person may know better than; older journals do not say it,
///   which reads as false
public record Finding(
    Level level, String gate, String message, @Nullable String remedy, boolean overridable) {

  /// REFUSED alone stops the change.
  public enum Level {
    PASSED,
    WARNING,
    REFUSED,
    /// Refused, and a person went past it.
    OVERRIDDEN
  }

  public static Finding passed(String gate, String message) {
    return new Finding(Level.PASSED, gate, message, null, false);
  }

  public static Finding warning(String gate, String message, @Nullable String remedy) {
    return new Finding(Level.WARNING, gate, message, remedy, false);
  }

  /// It cannot be done.
  public static Finding refused(String gate, String message, @Nullable String remedy) {
    return new Finding(Level.REFUSED, gate, message, remedy, false);
  }

  /// It should not be done, unless a person who knows better insists.
  public static Finding advisedAgainst(String gate, String message, @Nullable String remedy) {
    return new Finding(Level.REFUSED, gate, message, remedy, true);
  }

  public boolean refuses() {
    return level == Level.REFUSED;
  }

  Finding overriddenBy(BreakGlass person) {
    return new Finding(
        Level.OVERRIDDEN,
        gate,
        message + "; overridden by " + person.by() + ": " + person.reason(),
        null,
        true);
  }
}
