package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `gates`: what must hold before the change may begin.
final class GateSection {

  private static final Key<URI> URL =
      required(
          "url", Scalars.text("a URL", s -> httpUrl(s.text())), "Where the health JSON is read.");
  private static final Key<Expression> EXPECT =
      required(
          "expect",
          Scalars.EXPRESSION,
          "Condition (CEL) over the keys of the JSON: status == 'healthy' && errors <= 5.");
  private static final Key<Duration> WITHIN =
      optional("within", Scalars.TIME, "5s", "How long the answer may take.");

  private static final Key<Hours> BETWEEN =
      required(
          "between",
          Scalars.pattern(
              "two times of day, HH:MM-HH:MM",
              "^(?:[01]\\d|2[0-3]):[0-5]\\d-(?:[01]\\d|2[0-3]):[0-5]\\d$",
              "is no window: write two times of day, 02:00-04:00",
              s -> Hours.parse(s.text())),
          "From when to when, by the clock of the zone; may span midnight, 22:00-02:00.");
  private static final Key<ZoneId> ZONE =
      required("zone", Measures.ZONE, "Time zone of the clock, such as Asia/Manila or UTC.");
  private static final Key<List<DayOfWeek>> DAYS =
      optional(
          "days",
          new ListForm<>(Scalars.word(DayOfWeek.class, GateSection::shortName), 1),
          "[mon, tue, wed, thu, fri, sat, sun]",
          "Days on which the window opens.");

  private static final Key<Duration> OLDER_THAN =
      required("older-than", Scalars.TIME, "How long ago the last change must have ended.");

  private static final Key<Gate.Health> HEALTH =
      optional(
          "health",
          MappingForm.of(
              f -> new Gate.Health(f.get(URL), f.get(EXPECT), f.get(WITHIN)), URL, EXPECT, WITHIN),
          "The live application answers as expected.");
  private static final Key<Gate.Window> WINDOW =
      optional(
          "window",
          MappingForm.of(GateSection::window, BETWEEN, ZONE, DAYS),
          "It is the time of day for it.");
  private static final Key<Gate.LastChange> LAST_CHANGE =
      optional(
          "last-change",
          MappingForm.of(f -> new Gate.LastChange(f.get(OLDER_THAN)), OLDER_THAN),
          "No other change has just ended on the same database.");

  static final Form<Gate> GATE = MappingForm.oneOf(List.of(HEALTH, WINDOW, LAST_CHANGE));

  private GateSection() {}

  private static Gate.Window window(Fields f) {
    Hours hours = f.get(BETWEEN);
    return new Gate.Window(hours.from(), hours.to(), f.get(ZONE), Set.copyOf(f.get(DAYS)));
  }

  /// A URL that an HTTP client can be given.
  static URI httpUrl(String text) throws Misfit {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new Misfit("is no URL");
    }
    throw new Misfit("is no URL of the web: write http://host:port/path");
  }

  private static String shortName(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }

  private record Hours(LocalTime from, LocalTime to) {

    static Hours parse(String text) throws Misfit {
      int dash = text.indexOf('-');
      Hours hours =
          new Hours(
              LocalTime.parse(text.substring(0, dash)), LocalTime.parse(text.substring(dash + 1)));
      if (hours.from.equals(hours.to)) {
        throw new Misfit("begins and ends at the same time; without a window every time is right");
      }
      return hours;
    }
  }
}
