package dev.segue.redis.conversion;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Optional;

/// What java.time's own parsers make of a text.
final class Judge {

  private static final DateTimeFormatter TEXTS = texts();

  private Judge() {}

  static Optional<Instant> instant(String text, ZoneId zone) {
    TemporalAccessor read;
    try {
      read =
          TEXTS.parseBest(
              text.strip().replace(',', '.'),
              OffsetDateTime::from,
              LocalDateTime::from,
              LocalDate::from);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    return Optional.of(
        switch (read) {
          case OffsetDateTime t -> t.toInstant();
          case LocalDateTime t -> t.atZone(zone).toInstant();
          default -> LocalDate.from(read).atStartOfDay(zone).toInstant();
        });
  }

  private static DateTimeFormatter texts() {
    DateTimeFormatterBuilder builder =
        new DateTimeFormatterBuilder().parseCaseInsensitive().parseStrict();
    for (String date : List.of("[uuuu-MM-dd]", "[uuuuMMdd]")) {
      builder.appendPattern(date);
    }
    for (String hyphen : List.of("-", "")) {
      builder
          .optionalStart()
          .appendValue(IsoFields.WEEK_BASED_YEAR, 4)
          .appendLiteral(hyphen + "W")
          .appendValue(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 2)
          .appendLiteral(hyphen)
          .appendValue(ChronoField.DAY_OF_WEEK, 1)
          .optionalEnd();
    }
    return builder
        .appendPattern("['T'][ ]")
        .appendPattern("[HH:mm:ss][HHmmss][HH:mm][HHmm][HH]")
        .optionalStart()
        .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
        .optionalEnd()
        .appendPattern("[ ]")
        .appendPattern("['UTC'][XXXXX][XXXX][XXX][XX][X]")
        .toFormatter()
        .withResolverStyle(ResolverStyle.SMART);
  }
}
