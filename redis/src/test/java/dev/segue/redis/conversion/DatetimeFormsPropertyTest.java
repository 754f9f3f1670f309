package dev.segue.redis.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Conversion.Result;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random instants in random zones and forms, judged by java.time. `-Dsegue.forms.seeds=N` tries
/// more.
class DatetimeFormsPropertyTest {

  private static final int SEEDS = Integer.getInteger("segue.forms.seeds", 20);
  private static final int VALUES = 2_000;
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Asia/Manila",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Asia/Kathmandu",
          "America/St_Johns",
          "Pacific/Apia",
          "+05:30");

  /// What the generator made: a text, and the instant it must become.
  private record Case(String text, Instant instant) {}

  @Test
  void everyFormBecomesItsInstant() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      Conversion conversion = conversion(zone);
      for (int i = 0; i < VALUES; i++) {
        Case made = random(random, zone);
        check(conversion, made, "seed %d: '%s' in %s".formatted(seed, made.text(), zone));
      }
    }
  }

  private static void check(Conversion conversion, Case made, String what) {
    Stored old = Asked.fields("a", made.text());
    Result result = conversion.up(old);
    assertThat(result).as(what).isInstanceOf(Converted.class);
    Stored now = ((Converted) result).now();

    assertThat(text(now)).as(what).isEqualTo(python(made.instant()));
    assertThat(conversion.up(now)).as(what).isEqualTo(new Already());
    Stored back = ((Converted) conversion.down(now)).now();
    assertThat(conversion.up(back)).as(what + " by way of " + text(back)).isEqualTo(result);
  }

  /// A text that was damaged becomes what java.time says, or nothing.
  @Test
  void damagedTextsNeverBecomeAnotherInstant() {
    int failed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      Conversion conversion = conversion(zone);
      for (int i = 0; i < VALUES; i++) {
        String text = damaged(random(random, zone).text(), random);
        Result result = conversion.up(Asked.fields("a", text));
        if (result instanceof Failed) {
          failed++;
        } else if (result instanceof Converted(Stored now, int _) && !text(now).isEmpty()) {
          Optional<Instant> judged = Judge.instant(text, zone);
          assertThat(judged.map(DatetimeFormsPropertyTest::python))
              .as("seed %d: '%s' in %s", seed, text, zone)
              .isEqualTo(Optional.of(text(now)));
        }
      }
    }
    assertThat(failed).isGreaterThan(SEEDS * VALUES / 10);
  }

  private static Conversion conversion(ZoneId zone) {
    return Asked.hash(
        "{ datetime-to-epoch: { fields: a, zone: '%s', date-zone: '%s' } }".formatted(zone, zone));
  }

  private static String text(Stored stored) {
    return ((Stored.Hash) stored).fields().getOrDefault("a", "");
  }

  /// `str(datetime.timestamp())`, by the shortest digits that give the same double.
  private static String python(Instant instant) {
    BigDecimal exact =
        BigDecimal.valueOf(instant.getEpochSecond())
            .add(BigDecimal.valueOf(instant.getNano() / 1000, 6));
    double seconds = exact.doubleValue();
    BigDecimal shortest = new BigDecimal(Double.toString(seconds));
    if (seconds != 0 && Math.abs(seconds) < 1e-4) {
      String digits = shortest.unscaledValue().abs().toString().replaceAll("0+$", "");
      int exponent = shortest.scale() - shortest.precision() + 1;
      return (seconds < 0 ? "-" : "")
          + digits.charAt(0)
          + (digits.length() > 1 ? "." + digits.substring(1) : "")
          + "e-0"
          + exponent;
    }
    String plain = shortest.toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static Case random(Random random, ZoneId zone) {
    Instant instant = instant(random, zone);
    return switch (random.nextInt(4)) {
      case 0 -> dated(random, instant, zone);
      case 1 -> naive(random, instant, zone);
      default -> withOffset(random, instant);
    };
  }

  /// Near today, near a transition of the zone, or anywhere between years 2 and 9998.
  private static Instant instant(Random random, ZoneId zone) {
    long micros = random.nextBoolean() ? random.nextLong(1_000_000) : random.nextInt(3);
    long second =
        switch (random.nextInt(4)) {
          case 0 -> random.nextLong(-62_100_000_000L, 253_370_000_000L);
          case 1 -> random.nextLong(-200, 200);
          case 2 -> {
            var next =
                zone.getRules()
                    .nextTransition(Instant.ofEpochSecond(random.nextLong(2_000_000_000L)));
            yield (next == null ? 0 : next.toEpochSecond()) + random.nextLong(-10_000, 10_000);
          }
          default -> random.nextLong(1_500_000_000L, 1_900_000_000L);
        };
    return Instant.ofEpochSecond(second, micros * 1000);
  }

  private static Case dated(Random random, Instant instant, ZoneId zone) {
    LocalDate date = LocalDate.ofInstant(instant, zone);
    String text =
        random.nextInt(5) == 0
            ? DateTimeFormatter.ISO_WEEK_DATE.format(date)
            : DateTimeFormatter.ISO_LOCAL_DATE.format(date);
    return new Case(text, date.atStartOfDay(zone).toInstant());
  }

  private static Case naive(Random random, Instant instant, ZoneId zone) {
    // Also times that the zone's clock skips: no instant has them.
    LocalDateTime local =
        LocalDateTime.ofInstant(instant, zone).plusMinutes(random.nextInt(3) * 30L);
    Written written = written(random, local);
    return new Case(written.text(), ZonedDateTime.of(written.read(), zone).toInstant());
  }

  private static Case withOffset(Random random, Instant instant) {
    int width = random.nextInt(4);
    int step = width == 0 ? 3600 : width == 3 ? 1 : 60;
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-50_000, 50_000) / step * step);
    Written written = written(random, LocalDateTime.ofInstant(instant, offset));
    String zone =
        switch (width) {
          case 0 -> DateTimeFormatter.ofPattern("x").format(offset);
          case 1 -> DateTimeFormatter.ofPattern("xx").format(offset);
          case 2 -> DateTimeFormatter.ofPattern("xxx").format(offset);
          default -> DateTimeFormatter.ofPattern("xxxxx").format(offset);
        };
    boolean utc = offset.equals(ZoneOffset.UTC) || random.nextInt(6) == 0;
    if (utc) {
      written = written(random, LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
      return new Case(
          written.text() + (random.nextBoolean() ? "Z" : "z"),
          written.read().toInstant(ZoneOffset.UTC));
    }
    return new Case(
        written.text() + (random.nextInt(8) == 0 ? " " : "") + zone,
        written.read().toInstant(offset));
  }

  /// @param read what of the time is in the text
  private record Written(String text, LocalDateTime read) {}

  private static Written written(Random random, LocalDateTime time) {
    boolean basic = random.nextInt(5) == 0;
    char separator = "TT t".charAt(random.nextInt(4));
    String date = time.format(DateTimeFormatter.ofPattern(basic ? "uuuuMMdd" : "uuuu-MM-dd"));
    String colon = basic ? "" : ":";
    StringBuilder text = new StringBuilder(date).append(separator);
    text.append("%02d".formatted(time.getHour()));
    int parts = random.nextInt(8);
    if (parts == 0) {
      return new Written(text.toString(), time.truncatedTo(ChronoUnit.HOURS));
    }
    text.append(colon).append("%02d".formatted(time.getMinute()));
    if (parts == 1) {
      return new Written(text.toString(), time.truncatedTo(ChronoUnit.MINUTES));
    }
    text.append(colon).append("%02d".formatted(time.getSecond()));
    int digits = random.nextInt(10);
    if (digits == 0) {
      return new Written(text.toString(), time.truncatedTo(ChronoUnit.SECONDS));
    }
    // Digits behind the sixth are there to be cut off.
    int nanos = time.getNano() + random.nextInt(1000);
    String fraction = "%09d".formatted(nanos).substring(0, digits);
    text.append(random.nextInt(6) == 0 ? ',' : '.').append(fraction);
    int kept = Integer.parseInt((fraction + "000000").substring(0, 6)) * 1000;
    return new Written(text.toString(), time.withNano(kept));
  }

  private static String damaged(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int n = random.nextInt(1, 3); n > 0; n--) {
      int at = random.nextInt(damaged.length());
      char other = "0123456789-:+TZ ,.W/xU".charAt(random.nextInt(22));
      switch (random.nextInt(4)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.insert(at, other);
        case 2 -> damaged.setCharAt(at, other);
        default -> {
          char c = damaged.charAt(at);
          damaged.setCharAt(at, damaged.charAt(damaged.length() - 1));
          damaged.setCharAt(damaged.length() - 1, c);
        }
      }
    }
    return damaged.toString();
  }
}
