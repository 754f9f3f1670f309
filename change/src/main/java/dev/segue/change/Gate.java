package dev.segue.change;

import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Something that must hold before the change may begin.
public sealed interface Gate {

  /// The JSON at `url` satisfies the condition; its keys are the condition's variables.
  record Health(URI url, Expression expect, Duration within) implements Gate {}

  /// Now lies between two times of day, on one of the days; a window may span midnight.
  ///
  /// @param days at least one; they are gone through in the order of the week
  record Window(LocalTime from, LocalTime to, ZoneId zone, Set<DayOfWeek> days) implements Gate {
    public Window {
      days = Collections.unmodifiableSet(EnumSet.copyOf(days));
    }
  }

  /// No other change ended on the same home within this time.
  record LastChange(Duration olderThan) implements Gate {}
}
