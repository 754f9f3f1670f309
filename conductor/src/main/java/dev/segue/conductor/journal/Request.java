package dev.segue.conductor.journal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/// Word left for the conductor of a run from another terminal.
///
/// @param id chosen by whoever asks; the same id is the same request. Letters, digits, `.`, `_`,
///   `-`
/// @param at to the microsecond
/// @param by who asks
/// @param kind `take-back`, `abort`, `finish`, `pause`, `resume`, `pace:0.3000`
public record Request(String id, Instant at, String by, String kind, String reason) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  public Request {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not the id of a request: " + id);
    }
    at = at.truncatedTo(ChronoUnit.MICROS);
  }
}
