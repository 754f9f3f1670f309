package dev.segue.conductor.journal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A run that reached an end.
///
/// @param at to the microsecond
public record Ended(String change, String run, Instant at, String outcome) {

  public Ended {
    at = at.truncatedTo(ChronoUnit.MICROS);
  }
}
