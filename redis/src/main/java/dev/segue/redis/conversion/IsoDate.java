package dev.segue.redis.conversion;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A date and time as a text has it.
///
/// Read are the forms that Python's `isoformat` writes and its `fromisoformat` takes: dates with
/// and without hyphens, weeks, times with and without colons and down to the hour, a fraction after
/// a point or a comma, offsets of every width, `Z`; and besides a small `t` or `z`, a blank before
/// the offset, and `UTC` in its place.
///
/// @param seconds of the local time since 1970, as if it were UTC
/// @param micros of the fraction; further digits are cut off, as Python does it
/// @param offset seconds east of UTC; 0 when there is none
record IsoDate(Kind kind, long seconds, int micros, int offset) {

  private static final long DAY = 86_400;
  private static final int FURTHEST = 18 * 3600;
  private static final int LONGEST = 64;
  private static final int[] TENS = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

  /// How much the text says.
  enum Kind {
    OFFSET,
    NAIVE,
    DATE
  }

  /// @return null when the text is no such date
  static @Nullable IsoDate scan(String text) {
    int length = text.length();
    return length < 8 || length > LONGEST ? null : new Scan(text, length).date();
  }

  /// Days since 1970 of a date of the calendar; years from 1 to 9999.
  private static long day(int year, int month, int day) {
    long y = month <= 2 ? year - 1L : year;
    long era = Math.floorDiv(y, 400L);
    long ofEra = y - era * 400;
    long ofYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
  }

  private static int length(int year, int month) {
    return switch (month) {
      case 4, 6, 9, 11 -> 30;
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      default -> 31;
    };
  }

  /// Goes through a text from left to right.
  private static final class Scan {

    private final String text;
    private final int end;
    private int at;
    private int micros;

    Scan(String text, int end) {
      this.text = text;
      this.end = end;
    }

    @Nullable IsoDate date() {
      long day = calendarDay();
      if (day == Long.MIN_VALUE) {
        return null;
      }
      if (at == end) {
        return new IsoDate(Kind.DATE, day * DAY, 0, 0);
      }
      char separator = text.charAt(at++);
      if (separator != 'T' && separator != ' ' && separator != 't') {
        return null;
      }
      int second = secondOfDay();
      if (second < 0) {
        return null;
      }
      long local = day * DAY + second;
      if (at == end) {
        return new IsoDate(Kind.NAIVE, local, micros, 0);
      }
      int offset = offset();
      return offset == Integer.MIN_VALUE || at != end
          ? null
          : new IsoDate(Kind.OFFSET, local, micros, offset);
    }

    private long calendarDay() {
      int year = digits(4);
      if (year < 1) {
        return Long.MIN_VALUE;
      }
      boolean extended = skip('-');
      if (at < end && text.charAt(at) == 'W') {
        return weekDay(year, extended);
      }
      int month = digits(2);
      if (extended && !skip('-')) {
        return Long.MIN_VALUE;
      }
      int day = digits(2);
      return month < 1 || month > 12 || day < 1 || day > length(year, month)
          ? Long.MIN_VALUE
          : day(year, month, day);
    }

    /// Seldom enough to be left to the library.
    private long weekDay(int year, boolean extended) {
      at++;
      int week = digits(2);
      boolean sound = week > 0 && (!extended || skip('-'));
      int day = sound ? digits(1) : -1;
      if (day < 0) {
        return Long.MIN_VALUE;
      }
      try {
        LocalDate date =
            LocalDate.parse(
                String.format(Locale.ROOT, "%04d-W%02d-%d", year, week, day),
                DateTimeFormatter.ISO_WEEK_DATE);
        return date.getYear() < 1 || date.getYear() > 9999 ? Long.MIN_VALUE : date.toEpochDay();
      } catch (DateTimeException e) {
        return Long.MIN_VALUE;
      }
    }

    private int secondOfDay() {
      int hour = digits(2);
      int minute = 0;
      int second = 0;
      boolean extended = skip(':');
      if (extended || digit()) {
        minute = digits(2);
        if (extended ? skip(':') : digit()) {
          second = digits(2);
          if (second >= 0 && (skip('.') || skip(',')) && !fraction()) {
            return -1;
          }
        }
      }
      if (minute < 0 || minute > 59 || second < 0 || second > 59 || hour < 0) {
        return -1;
      }
      int time = hour * 3600 + minute * 60 + second;
      return time < DAY || (time == DAY && micros == 0) ? time : -1;
    }

    /// From one to nine digits, of which six count.
    private boolean fraction() {
      int start = at;
      int value = 0;
      while (digit()) {
        if (at - start < 6) {
          value = value * 10 + text.charAt(at) - '0';
        }
        at++;
      }
      int count = at - start;
      micros = value * TENS[Math.min(count, 6)];
      return count >= 1 && count <= 9;
    }

    private int offset() {
      skip(' ');
      if (text.startsWith("UTC", at)) {
        at += 3;
        return 0;
      }
      char sign = at < end ? text.charAt(at++) : ' ';
      if (sign == 'Z' || sign == 'z') {
        return 0;
      }
      if (sign != '+' && sign != '-') {
        return Integer.MIN_VALUE;
      }
      int hours = digits(2);
      int minutes = 0;
      int seconds = 0;
      boolean extended = skip(':');
      if (extended || digit()) {
        minutes = digits(2);
        if (extended ? skip(':') : digit()) {
          seconds = digits(2);
        }
      }
      int offset = hours * 3600 + minutes * 60 + seconds;
      return hours < 0
              || minutes < 0
              || minutes > 59
              || seconds < 0
              || seconds > 59
              || offset > FURTHEST
          ? Integer.MIN_VALUE
          : sign == '-' ? -offset : offset;
    }

    private boolean digit() {
      return at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    /// The number that so many digits write; -1 when they are not there.
    private int digits(int count) {
      int value = 0;
      for (int i = 0; i < count; i++) {
        if (!digit()) {
          return -1;
        }
        value = value * 10 + text.charAt(at++) - '0';
      }
      return value;
    }

    private boolean skip(char c) {
      boolean there = at < end && text.charAt(at) == c;
      if (there) {
        at++;
      }
      return there;
    }
  }
}
