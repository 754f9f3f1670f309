package dev.segue.examples.shop;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The forms in which the shop's dates are found.
final class Dates {

  static final ZoneId SHOP = ZoneId.of("Asia/Manila");

  private static final int HUNDRED = 100;
  private static final DateTimeFormatter NAIVE = form("yyyy-MM-dd'T'HH:mm:ss");
  private static final DateTimeFormatter NAIVE_MICROS = form("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter OFFSET = form("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx");
  private static final DateTimeFormatter BLANK = form("yyyy-MM-dd HH:mm:ssxxx");
  private static final DateTimeFormatter TENTHS = form("yyyy-MM-dd'T'HH:mm:ss.Sxxx");
  private static final DateTimeFormatter ZULU = form("yyyy-MM-dd'T'HH:mm:ss'Z'");

  private Dates() {}

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  /// As releases of the old version left it; which one depends on the number of the item.
  ///
  /// @return null: there is none
  static @Nullable String stored(int number, Instant at) {
    int kind = Math.floorMod(number * 37, HUNDRED);
    if (kind < 40) {
      return oldForm(at);
    } else if (kind < 55) {
      return ZULU.format(at.atOffset(ZoneOffset.UTC));
    } else if (kind < 70) {
      return NAIVE.format(at.atZone(SHOP));
    } else if (kind < 80) {
      return NAIVE_MICROS.format(at.atZone(SHOP));
    } else if (kind < 85) {
      return at.atZone(SHOP).toLocalDate().toString();
    } else if (kind < 90) {
      return null;
    } else if (kind < 97) {
      return newForm(at);
    } else if (kind < 98) {
      return BLANK.format(at.atZone(SHOP).toOffsetDateTime());
    }
    return TENTHS.format(at.atZone(SHOP).toOffsetDateTime());
  }

  /// As the old version writes it now.
  static String oldForm(Instant at) {
    return OFFSET.format(at.atZone(SHOP).toOffsetDateTime());
  }

  /// As the new version writes it: seconds since 1970, as Python's `timestamp()` says them.
  static String newForm(Instant at) {
    BigDecimal seconds =
        BigDecimal.valueOf(at.getEpochSecond())
            .add(BigDecimal.valueOf(at.getNano(), 9))
            .setScale(6, RoundingMode.DOWN)
            .stripTrailingZeros();
    return seconds.scale() < 1 ? seconds.setScale(1).toPlainString() : seconds.toPlainString();
  }

  static boolean inNewForm(String text) {
    return text.matches("-?\\d+(\\.\\d+)?");
  }

  /// Reads either form, to the microsecond.
  static Instant read(String text) {
    if (inNewForm(text)) {
      BigDecimal seconds = new BigDecimal(text);
      return Instant.EPOCH.plus(
          seconds.movePointRight(6).setScale(0, RoundingMode.HALF_UP).longValueExact(),
          ChronoUnit.MICROS);
    }
    return text.matches(".*([Zz]|[+-]\\d\\d:?\\d\\d)$")
        ? OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()
        : LocalDateTime.parse(text.replace(' ', 'T')).atZone(SHOP).toInstant();
  }
}
