package dev.segue.change;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as change files write them: `250ms`, `90s`, `5m`, `24h`, `7d`, and joined, `1h30m`.
public final class Durations {

  private static final Pattern WHOLE = Pattern.compile("(?:\\d{1,9}(?:ms|s|m|h|d))+");
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /// @throws IllegalArgumentException when the text is no duration; the message says what one is
  public static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m");
    }
    Duration sum = Duration.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      long n = Long.parseLong(parts.group(1));
      sum =
          sum.plus(
              switch (parts.group(2)) {
                case "ms" -> Duration.ofMillis(n);
                case "s" -> Duration.ofSeconds(n);
                case "m" -> Duration.ofMinutes(n);
                case "h" -> Duration.ofHours(n);
                default -> Duration.ofDays(n);
              });
    }
    return sum;
  }

  /// The shortest text [#parse] reads back to the same duration, to the millisecond.
  public static String format(Duration d) {
    if (d.isZero()) {
      return "0s";
    }
    StringBuilder text = new StringBuilder(d.isNegative() ? "-" : "");
    Duration rest = d.abs();
    append(text, rest.toDaysPart(), "d");
    append(text, rest.toHoursPart(), "h");
    append(text, rest.toMinutesPart(), "m");
    append(text, rest.toSecondsPart(), "s");
    append(text, rest.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long n, String unit) {
    if (n > 0) {
      text.append(n).append(unit);
    }
  }
}
