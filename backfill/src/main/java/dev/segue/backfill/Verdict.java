package dev.segue.backfill;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Whether the next batch may be begun.
public sealed interface Verdict {

  /// At full share.
  record Go() implements Verdict {}

  /// With longer rests.
  record Slow(String why) implements Verdict {}

  /// Not now.
  record Stop(String why) implements Verdict {}

  Verdict GO = new Go();

  /// What was read, and when.
  record Figure(double value, Instant at) {}

  /// @param figures by the name of the limit's figure; one that could not be read is missing
  /// @param freshness how old a figure may be
  static Verdict of(
      List<Limit> limits, Map<String, Figure> figures, Instant now, Duration freshness) {
    Verdict verdict = GO;
    for (Limit limit : limits) {
      Figure figure = figures.get(limit.figure());
      boolean stops = limit.kind() == Limit.Kind.STOP;
      if (figure == null || Duration.between(figure.at(), now).compareTo(freshness) > 0) {
        if (stops) {
          return new Stop(limit.figure() + " is not known");
        }
      } else if (figure.value() > limit.most()) {
        String why = limit.said(figure.value());
        if (stops) {
          return new Stop(why);
        }
        verdict = new Slow(why);
      }
    }
    return verdict;
  }
}
