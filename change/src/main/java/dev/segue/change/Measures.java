package dev.segue.change;

import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;

/// Single values with a unit: shares, sizes, times of day, time zones.
final class Measures {

  /// How much of the time is worked, up to 1.
  static final Form<Double> SHARE =
      Scalars.pattern(
          "default, full or the share of time that is worked",
          "^(?:default|full|[1-9]\\d?%|100%)$",
          "is neither default, full nor a share such as 30%",
          s -> share(s.text()));

  /// A share of something else, up to 1; to a hundredth of a percent.
  static final Form<Double> PERCENT =
      Scalars.pattern(
          "a percentage such as 80% or 0.5%",
          "^(?=.*[1-9])(?:\\d{1,2}(?:\\.\\d{1,2})?|100)%$",
          "is no percentage above 0: write 80% or 0.5%",
          s -> Double.parseDouble(s.text().replace("%", "")) / 100);

  private static final Map<String, Long> UNITS = Map.of("kB", 10L, "MB", 20L, "GB", 30L);

  /// An amount of memory, in bytes; units are those of PostgreSQL, 1024 apart.
  static final Form<Long> SIZE =
      Scalars.pattern(
          "a size such as 512kB, 20MB or 1GB",
          "^[1-9]\\d{0,5}(?:kB|MB|GB)$",
          "is no size: write 512kB, 20MB or 1GB",
          s -> {
            int unit = s.text().length() - 2;
            return Long.parseLong(s.text().substring(0, unit))
                << UNITS.getOrDefault(s.text().substring(unit), 0L);
          });

  static final Form<LocalTime> TIME_OF_DAY =
      Scalars.pattern(
          "a time of day, HH:MM",
          "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
          "is no time of day: write HH:MM, 08:00",
          s -> LocalTime.parse(s.text()));

  static final Form<ZoneId> ZONE = Scalars.text("a time zone", s -> zone(s.text()));

  private Measures() {}

  private static double share(String text) {
    return switch (text) {
      case "default" -> PostgresBackfill.DEFAULT_SHARE;
      case "full" -> 1;
      default -> Integer.parseInt(text.replace("%", "")) / 100.0;
    };
  }

  private static ZoneId zone(String text) throws Misfit {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new Misfit("is no time zone" + Nearest.hint(text, ZoneId.getAvailableZoneIds()));
    }
  }
}
