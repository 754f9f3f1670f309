package dev.segue.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One line over the time of a run as SVG, with its steps as marks. Colours come from the page.
///
/// @param id unique in the page
/// @param says what the line shows, for those who do not see it
/// @param points in order of time
/// @param marks where steps began
record Chart(
    String id,
    String title,
    String says,
    Instant from,
    Instant until,
    List<Point> points,
    List<Mark> marks,
    @Nullable Instant wayBack) {

  private static final int WIDTH = 960;
  private static final int HEIGHT = 240;
  private static final int LEFT = 52;
  private static final int RIGHT = 12;
  private static final int TOP = 26;
  private static final int BOTTOM = 26;

  /// Marks closer than this share one label.
  private static final double APART = 30;

  private static final long[] TICK_SECONDS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400
  };

  /// @param value null makes a gap
  /// @param alarm drawn as a dot of its own, with this text
  record Point(Instant at, @Nullable Double value, @Nullable String alarm) {}

  /// @param number the step's in the table
  record Mark(Instant at, int number) {}

  String svg() {
    Formatter svg = new Formatter(Locale.ROOT);
    svg.format(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">
        <title id="%s-title">%s</title><desc id="%s-desc">%s</desc>
        """,
        WIDTH, HEIGHT, id, id, id, xml(title), id, xml(says));
    wayBack(svg);
    grid(svg);
    marks(svg);
    line(svg);
    alarms(svg);
    return svg.format("</svg>").toString();
  }

  private void grid(Formatter svg) {
    double top = top();
    for (int i = 0; i <= 4; i++) {
      double value = top * i / 4;
      svg.format("<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y(value), WIDTH - RIGHT);
      svg.format(
          "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 8, y(value) + 4, Words.number(value));
    }
    long seconds = Math.max(1, Duration.between(from, until).toSeconds());
    long step = TICK_SECONDS[TICK_SECONDS.length - 1];
    for (int i = TICK_SECONDS.length - 1; i >= 0 && seconds / TICK_SECONDS[i] <= 10; i--) {
      step = TICK_SECONDS[i];
    }
    for (long s = 0; s <= seconds; s += step) {
      svg.format(
          "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(from.plusSeconds(s)), HEIGHT - 6, elapsed(s));
    }
  }

  private static String elapsed(long s) {
    return s < 3_600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d h", s / 3_600, s / 60 % 60);
  }

  private void marks(Formatter svg) {
    double labelled = Double.NEGATIVE_INFINITY;
    int first = 0;
    List<String> labels = new ArrayList<>();
    for (Mark mark : marks) {
      double x = x(mark.at);
      svg.format("<path class=\"mark\" d=\"M%.1f %dV%d\"/>", x, TOP, HEIGHT - BOTTOM);
      if (x - labelled >= APART) {
        labelled = x;
        first = mark.number;
        labels.add("");
      }
      labels.set(
          labels.size() - 1,
          String.format(
              Locale.ROOT,
              "<text class=\"number\" x=\"%.1f\" y=\"%d\">%s</text>",
              Math.min(labelled, WIDTH - RIGHT - APART),
              TOP - 10,
              first == mark.number ? "" + first : first + "–" + mark.number));
    }
    labels.forEach(label -> svg.format("%s", label));
  }

  private void wayBack(Formatter svg) {
    if (wayBack != null) {
      double x = x(wayBack);
      svg.format(
          "<rect class=\"back\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
          x, TOP, WIDTH - RIGHT - x, HEIGHT - TOP - BOTTOM);
    }
  }

  private void line(Formatter svg) {
    Formatter path = new Formatter(Locale.ROOT);
    boolean gap = true;
    for (Point point : points) {
      if (point.value != null) {
        path.format("%s%.1f %.1f", gap ? "M" : "L", x(point.at), y(point.value));
      }
      gap = point.value == null;
    }
    svg.format("<path class=\"line\" d=\"%s\"/>", path);
  }

  private void alarms(Formatter svg) {
    for (Point point : points) {
      if (point.alarm != null) {
        svg.format(
            "<circle class=\"alarm\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s</title></circle>",
            x(point.at), y(point.value == null ? 0 : point.value), xml(point.alarm));
      }
    }
  }

  /// The smallest round number that nothing exceeds.
  private double top() {
    double highest =
        points.stream().map(Point::value).mapToDouble(v -> v == null ? 0 : v).max().orElse(0);
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(highest, 1))));
    for (double round : new double[] {1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8}) {
      if (round * power >= highest) {
        return round * power;
      }
    }
    return 10 * power;
  }

  private double x(Instant at) {
    double whole = Math.max(1, Duration.between(from, until).toMillis());
    double part = Duration.between(from, at).toMillis() / whole;
    return LEFT + Math.clamp(part, 0, 1) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - value / top() * (HEIGHT - TOP - BOTTOM);
  }

  static String xml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
