package dev.segue.report;

import dev.segue.conductor.Finding;
import dev.segue.report.Report.Ending;
import dev.segue.report.Report.Result;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Values as people read them, the same in every document. Times are UTC.
final class Words {

  /// Stands where there is nothing to say.
  static final String NONE = "–";

  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final List<String> SIZES = List.of("bytes", "kB", "MB", "GB", "TB");

  /// Numbers that name something; thousands separators would spoil them.
  private static final Pattern IDENTIFIER =
      Pattern.compile("(?:pid|port|listen|xid|oid|id|seq|epoch)$");

  private static final int HASH_SHOWN = 12;

  private Words() {}

  static String moment(@Nullable Instant at) {
    return at == null ? NONE : DAY_AND_TIME.format(at) + " UTC";
  }

  /// The time alone on the day of `start`.
  static String clock(@Nullable Instant at, Instant start) {
    if (at == null) {
      return NONE;
    }
    LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
    return day.equals(LocalDate.ofInstant(start, ZoneOffset.UTC))
        ? TIME.format(at)
        : DAY_AND_TIME.format(at);
  }

  static String duration(Duration d) {
    return millis(d.toNanos() / 1e6);
  }

  static String millis(@Nullable Number milliseconds) {
    if (milliseconds == null) {
      return NONE;
    }
    double ms = milliseconds.doubleValue();
    if (ms < 1_000) {
      return number(ms < 10 ? rounded(ms, 1) : rounded(ms, 0)) + " ms";
    }
    if (ms < 60_000) {
      return number(rounded(ms / 1_000, 1)) + " s";
    }
    Duration d = Duration.ofMillis(Math.round(ms));
    return d.toHours() == 0
        ? joined(d.toMinutes(), "min", d.toSecondsPart(), "s")
        : joined(d.toHours(), "h", d.toMinutesPart(), "min");
  }

  private static String joined(long first, String unit, int second, String smaller) {
    return first + " " + unit + (second == 0 ? "" : " " + second + " " + smaller);
  }

  static String number(Number n) {
    return switch (n) {
      case Long l -> String.format(Locale.ROOT, "%,d", l);
      case Integer i -> String.format(Locale.ROOT, "%,d", i);
      default -> {
        BigDecimal d = new BigDecimal(n.toString()).setScale(3, RoundingMode.HALF_UP);
        d = d.stripTrailingZeros();
        yield String.format(Locale.ROOT, "%,." + Math.max(d.scale(), 0) + "f", d);
      }
    };
  }

  private static BigDecimal rounded(double d, int digits) {
    return BigDecimal.valueOf(d).setScale(digits, RoundingMode.HALF_UP);
  }

  static String bytes(Number n) {
    double size = n.doubleValue();
    int unit = 0;
    while (size >= 1_000 && unit < SIZES.size() - 1) {
      size /= 1_000;
      unit++;
    }
    return number(rounded(size, unit == 0 ? 0 : 1)) + " " + SIZES.get(unit);
  }

  /// `lock_ms` is "lock": its unit goes with the value.
  static String factName(String name) {
    String bare = name.endsWith("_ms") ? name.substring(0, name.length() - 3) : name;
    return bare.replace('_', ' ');
  }

  static String factValue(String name, @Nullable Object value) {
    return switch (value) {
      case null -> NONE;
      case Number n when name.endsWith("_ms") -> millis(n);
      case Number n when name.endsWith("bytes") -> bytes(n);
      case Number n when IDENTIFIER.matcher(name).find() -> n.toString();
      case Number n -> number(n);
      case Boolean b -> b ? "yes" : "no";
      case Collection<?> all ->
          all.stream().map(one -> factValue("", one)).collect(Collectors.joining(", "));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> e.getKey() + " " + factValue(String.valueOf(e.getKey()), e.getValue()))
              .collect(Collectors.joining(", "));
      default -> value.toString();
    };
  }

  static String facts(Map<String, Object> facts) {
    return facts.entrySet().stream()
        .map(e -> factName(e.getKey()) + " " + factValue(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  static String result(Result result) {
    return switch (result) {
      case DONE -> "Carried out";
      case TAKEN_BACK -> "Taken back";
      case REFUSED -> "Refused";
      case NEEDS_A_PERSON -> "Needs a person";
      case LIVE -> "Live, waits for finish";
      case RUNNING -> "Not ended";
    };
  }

  static String ending(Report.Step step) {
    return ending(step.ending()) + (step.adopted() ? ", adopted" : "");
  }

  private static String ending(Ending ending) {
    return switch (ending) {
      case DONE -> "done";
      case FAILED -> "failed";
      case TAKEN_BACK -> "taken back";
      case OPEN -> "open";
      case NOT_BEGUN -> "not begun";
    };
  }

  static String level(Finding.Level level) {
    return switch (level) {
      case PASSED -> "passed";
      case WARNING -> "warning";
      case REFUSED -> "refused";
      case OVERRIDDEN -> "overridden";
    };
  }

  static String met(@Nullable Boolean met) {
    return met == null ? NONE : met ? "met" : "missed";
  }

  /// Prose in which commands stand between backticks.
  static List<Piece> pieces(String prose) {
    String[] parts = prose.split("`", -1);
    if (parts.length % 2 == 0) {
      return List.of(new Piece(prose, false));
    }
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].isEmpty()) {
        pieces.add(new Piece(parts[i], i % 2 == 1));
      }
    }
    return pieces;
  }

  record Piece(String text, boolean code) {}

  static String hash(String hash) {
    return hash.length() <= HASH_SHOWN ? hash : hash.substring(0, HASH_SHOWN);
  }

  /// One sentence over all samples.
  static String traffic(List<Report.Sample> samples) {
    long requests = samples.stream().mapToLong(Report.Sample::requests).sum();
    long errors = samples.stream().mapToLong(Report.Sample::errors).sum();
    double slowest =
        samples.stream()
            .map(Report.Sample::p95Ms)
            .mapToDouble(p95 -> p95 == null ? 0 : p95)
            .max()
            .orElse(0);
    return number(requests)
        + " requests in "
        + number(samples.size())
        + " samples, "
        + number(errors)
        + " failed; the slowest sample's p95 was "
        + millis(slowest);
  }
}
