package dev.segue.watch;

import java.util.Map;

/// A compiled condition: CEL, with durations written plainly (`http.p95 > 2s`).
///
/// Immutable and safe to share.
public final class Condition {

  private final String text;

  private Condition(String text) {
    this.text = text;
  }

  /// @throws ConditionException when the text is no boolean condition; it says where and why
  public static Condition compile(String text) {
    return new Condition(text);
  }

  /// @param figures variables by name: for a watch, the sources' names with their figures
  /// @return NO_DATA when a figure it needs is missing, is not comparable, or is NaN
  public Truth test(Map<String, Object> figures) {
    throw new UnsupportedOperationException(text + figures.size());
  }

  @Override
  public String toString() {
    return text;
  }

  /// Three values: what cannot be known is neither good nor bad.
  public enum Truth {
    TRUE,
    FALSE,
    NO_DATA
  }
}
