package dev.segue.change;

import org.jspecify.annotations.Nullable;

/// What happens to an item that cannot be converted.
///
/// @param value what takes the place of what cannot be converted; only with [Mode#DEFAULT]
/// @param maxErrors more items than this end the step
/// @param maxRate a larger share of the items looked at ends the step, once enough were looked at
public record FailurePolicy(Mode mode, @Nullable String value, long maxErrors, double maxRate) {

  public static final FailurePolicy FAIL = new FailurePolicy(Mode.FAIL, null, 0, 0);

  /// The choice.
  public enum Mode {
    FAIL,
    LOG_AND_SKIP,
    DEFAULT
  }
}
