package dev.segue.backfill;

import java.util.Locale;

/// What a figure may not pass while we copy.
///
/// @param figure what it is called on screen: `replica lag`
/// @param unit behind its value: ` s`, ` sessions`
/// @param most beyond it the limit is passed
public record Limit(String figure, Kind kind, double most, String unit) {

  /// What happens when it is passed.
  public enum Kind {
    /// Nothing more is done until it is kept again. A figure that is not known, or is too old,
    /// counts as passed.
    STOP,
    /// It goes slower. A figure that is not known counts as kept.
    SLOW
  }

  String said(double value) {
    return "%s is %s%s, more than %s".formatted(figure, number(value), unit, number(most));
  }

  static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
