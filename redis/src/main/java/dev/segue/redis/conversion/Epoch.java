package dev.segue.redis.conversion;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Seconds since 1970 in UTC, as texts that equal what Python's `str(datetime.timestamp())` prints.
final class Epoch {

  /// The first second of year 1, and the one after year 9999: what Python's datetime can hold.
  static final long FIRST = -62_135_596_800L;

  static final long END = 253_402_300_800L;

  /// From 2100 on: either far away or another unit.
  static final long FAR = 4_102_444_800L;

  private static final int MICROS = 1_000_000;

  /// Below it no two microseconds share a double, so that their own digits are the shortest.
  private static final long EXACT = 1L << 33;

  private static final int[] STEPS = {MICROS, 100_000, 10_000, 1_000, 100, 10, 1};

  private Epoch() {}

  /// @param digits of the fraction that are kept; the rest is cut off
  static String text(long seconds, int micros, int digits) {
    if (digits == 0) {
      return Long.toString(seconds);
    }
    long total = seconds * MICROS + micros - micros % STEPS[digits];
    long size = Math.abs(total);
    if ((size < 100 && size > 0) || size >= EXACT * MICROS) {
      return python(BigDecimal.valueOf(total, 6).doubleValue());
    }
    StringBuilder text = new StringBuilder(20);
    if (total < 0) {
      text.append('-');
    }
    text.append(size / MICROS).append('.');
    int rest = (int) (size % MICROS);
    int step = MICROS / 10;
    do {
      text.append((char) ('0' + rest / step));
      rest %= step;
      step /= 10;
    } while (rest > 0);
    return text.toString();
  }

  /// As Python prints a number of this range.
  private static String python(double seconds) {
    if (Math.abs(seconds) < 1e-4) {
      BigDecimal exact = new BigDecimal(Double.toString(seconds)).stripTrailingZeros();
      String digits = exact.unscaledValue().toString();
      int exponent = exact.precision() - 1 - exact.scale();
      return String.format(Locale.ROOT, "%se-%02d", pointed(digits), -exponent);
    }
    String plain = new BigDecimal(Double.toString(seconds)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String pointed(String digits) {
    int first = digits.startsWith("-") ? 2 : 1;
    return digits.length() == first
        ? digits
        : digits.substring(0, first) + "." + digits.substring(first);
  }

  /// Whether JSON would take the text for a number.
  static boolean number(String text) {
    int end = text.length();
    int at = text.startsWith("-") ? 1 : 0;
    int whole = digits(text, at);
    if (whole == at || (whole > at + 1 && text.charAt(at) == '0')) {
      return false;
    }
    at = whole;
    if (at < end && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      if (fraction == at + 1) {
        return false;
      }
      at = fraction;
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < end && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = digits(text, at);
      if (exponent == at || exponent > at + 3) {
        return false;
      }
      at = exponent;
    }
    return at == end;
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /// Whether a datetime can have this many seconds; the last microsecond there is, as a double, is
  /// the first second of year 10000.
  static boolean inRange(String number) {
    int point = digits(number, number.startsWith("-") ? 1 : 0);
    boolean plain = point == number.length() || number.charAt(point) == '.';
    if (plain && point <= 10) {
      return true;
    }
    double seconds = Double.parseDouble(number);
    return seconds >= FIRST && seconds <= END;
  }

  static boolean far(String number) {
    return Double.parseDouble(number) >= FAR;
  }

  /// As Python's `isoformat()` writes the instant.
  ///
  /// @param zone whose local time is written without an offset; null: UTC with its offset
  /// @return null when no datetime can have it
  static @Nullable String iso(String number, @Nullable ZoneRules zone) {
    if (!inRange(number)) {
      return null;
    }
    // Python rounds to the nearest microsecond, and a tie to the even one.
    BigDecimal total =
        new BigDecimal(Double.parseDouble(number))
            .movePointRight(6)
            .setScale(0, RoundingMode.HALF_EVEN);
    long micros = Math.min(total.longValueExact(), END * MICROS - 1);
    long seconds = Math.floorDiv(micros, (long) MICROS);
    LocalDateTime utc = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    ZoneOffset offset =
        zone == null ? ZoneOffset.UTC : zone.getOffset(utc.toInstant(ZoneOffset.UTC));
    LocalDateTime local = utc.plusSeconds(offset.getTotalSeconds());
    if (local.getYear() < 1 || local.getYear() > 9999) {
      return null;
    }
    // The second pass through a repeated hour reads as the first without its offset.
    boolean told = zone != null && zone.getOffset(local).equals(offset);
    return written(local, (int) Math.floorMod(micros, (long) MICROS)) + (told ? "" : shown(offset));
  }

  private static String written(LocalDateTime t, int micros) {
    StringBuilder text = new StringBuilder(32);
    padded(text, t.getYear(), 4).append('-');
    padded(text, t.getMonthValue(), 2).append('-');
    padded(text, t.getDayOfMonth(), 2).append('T');
    padded(text, t.getHour(), 2).append(':');
    padded(text, t.getMinute(), 2).append(':');
    padded(text, t.getSecond(), 2);
    if (micros > 0) {
      padded(text.append('.'), micros, 6);
    }
    return text.toString();
  }

  private static StringBuilder padded(StringBuilder text, int number, int width) {
    String digits = Integer.toString(number);
    return text.repeat('0', width - digits.length()).append(digits);
  }

  private static String shown(ZoneOffset offset) {
    return offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId();
  }
}
