package dev.segue.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the demo measured.
///
/// @param build version of Segue
record DemoFigures(
    String build, Crossing crossing, TakeBack takeBack, Path directory, List<Path> reports) {

  static final long ENOUGH_REQUESTS = 10_000;
  private static final double LONGEST_LOCK_MS = 500;
  private static final long RESTORED_WITHIN_MS = 2_000;

  DemoFigures {
    reports = List.copyOf(reports);
  }

  /// The change carried out.
  ///
  /// @param carriedOut it came through its watch
  /// @param failed requests not answered with 2xx
  /// @param lostWrites acknowledged writes that one of the two versions does not know
  /// @param longestLockMs from the lock acquired to the commit returned
  record Crossing(
      boolean carriedOut,
      long requests,
      long failed,
      long lostWrites,
      double p99BeforeMs,
      double p99DuringMs,
      double longestLockMs,
      double durationS) {}

  /// The same with a new version that begins to fail, after the first was taken back by hand.
  ///
  /// @param byHandMs the way back by hand, from asking to the last step taken back
  /// @param failed requests failed, those that the failing version itself answered left out
  /// @param answeredBadlyByNew requests that the failing version answered badly
  /// @param detectedMs from its first bad answer to the broken rule
  /// @param restoredMs from the broken rule to traffic on the old version, read back from the
  ///   router
  record TakeBack(
      boolean takenBack,
      long requests,
      long failed,
      long answeredBadlyByNew,
      long lostWrites,
      long byHandMs,
      long detectedMs,
      long restoredMs) {

    /// Not come to, because the crossing failed.
    static final TakeBack NONE = new TakeBack(false, 0, 0, 0, 0, 0, 0, 0);
  }

  boolean good() {
    return crossing.carriedOut
        && takeBack.takenBack
        && crossing.failed == 0
        && crossing.lostWrites == 0
        && takeBack.failed == 0
        && takeBack.lostWrites == 0
        && crossing.longestLockMs < LONGEST_LOCK_MS
        && takeBack.restoredMs < RESTORED_WITHIN_MS;
  }

  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("outcome", good() ? "ok" : "failed");
    document.put("build", build);
    Map<String, Object> across = new LinkedHashMap<>();
    across.put("requests", crossing.requests);
    across.put("failed", crossing.failed);
    across.put("lost_writes", crossing.lostWrites);
    across.put("p99_before_ms", round(crossing.p99BeforeMs));
    across.put("p99_during_ms", round(crossing.p99DuringMs));
    across.put("longest_lock_ms", round(crossing.longestLockMs));
    across.put("duration_s", round(crossing.durationS));
    document.put("crossing", across);
    Map<String, Object> back = new LinkedHashMap<>();
    back.put("requests", takeBack.requests);
    back.put("failed", takeBack.failed);
    back.put("answered_badly_by_new", takeBack.answeredBadlyByNew);
    back.put("lost_writes", takeBack.lostWrites);
    back.put("by_hand_ms", takeBack.byHandMs);
    back.put("breach_to_detected_ms", takeBack.detectedMs);
    back.put("breach_to_restored_ms", takeBack.restoredMs);
    document.put("take_back", back);
    document.put("reports", reports.stream().map(Path::toString).toList());
    return document;
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        good() ? "Both ways, and nothing lost." : "NOT as promised; the figures that matter:");
    lines.add("");
    lines.add("                                     crossing    taking back");
    lines.add(row("requests", "%,d", crossing.requests, takeBack.requests));
    lines.add(row("failed", "%,d", crossing.failed, takeBack.failed));
    lines.add(row("acknowledged writes lost", "%,d", crossing.lostWrites, takeBack.lostWrites));
    lines.add(row("p99 before, ms", "%.1f", crossing.p99BeforeMs, ""));
    lines.add(row("p99 during, ms", "%.1f", crossing.p99DuringMs, ""));
    lines.add(row("longest lock, ms", "%.1f", crossing.longestLockMs, ""));
    lines.add(row("whole change, s", "%.1f", crossing.durationS, ""));
    lines.add(row("taken back by hand, ms", "%,d", "", takeBack.byHandMs));
    lines.add(row("answered badly by the failing version", "%,d", "", takeBack.answeredBadlyByNew));
    lines.add(row("first bad answer to broken rule, ms", "%,d", "", takeBack.detectedMs));
    lines.add(row("broken rule to old version serving, ms", "%,d", "", takeBack.restoredMs));
    lines.add("");
    reports.forEach(r -> lines.add("report  " + r));
    lines.add("logs    " + directory);
    lines.add("");
    lines.add(
        "Next:   segue plan examples/rename-column/change.yaml    what a change file becomes");
    lines.add(
        "        docs/tutorial.md                                 the same with your own application");
    return lines;
  }

  private static String row(String name, String format, Object left, Object right) {
    return String.format(
        Locale.ROOT, "%-36s %9s  %13s", name, figure(format, left), figure(format, right));
  }

  private static String figure(String format, Object value) {
    return value instanceof Number ? String.format(Locale.ROOT, format, value) : value.toString();
  }
}
