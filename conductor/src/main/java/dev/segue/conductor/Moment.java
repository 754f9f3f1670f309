package dev.segue.conductor;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/// A point in time as people read it: on their own clock, with its distance from UTC, so that it
/// says the same to somebody elsewhere. Programs are told ISO 8601 in UTC.
public final class Moment {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx");
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS xxx");

  private Moment() {}

  /// `2026-03-01 03:00:00 +01:00`.
  public static String text(Instant at) {
    return SECONDS.format(at.atZone(ZoneId.systemDefault()));
  }

  /// `2026-03-01 03:00:00.123 +01:00`.
  public static String precise(Instant at) {
    return MILLIS.format(at.atZone(ZoneId.systemDefault()));
  }
}
