package dev.segue.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the demo of the dates measured.
///
/// @param build version of Segue
/// @param items members and events
/// @param looked whether `stats` answered
record DatetimeFigures(
    String build,
    int items,
    boolean looked,
    There there,
    Back back,
    ForGood forGood,
    Path directory) {

  /// Converted under both versions.
  ///
  /// @param lost acknowledged writes that are not there
  /// @param p99BeforeMs of the application's writes
  record There(
      boolean done,
      double seconds,
      long writes,
      long failed,
      long lost,
      double p99BeforeMs,
      double p99DuringMs) {}

  /// Taken back.
  ///
  /// @param different keys nobody wrote that are not what they were, to the byte
  /// @param inNewForm written values that the old version could not read
  record Back(boolean done, double seconds, long different, long lost, long inNewForm) {}

  /// Converted again, and finished.
  ///
  /// @param inOldForm written values that were not caught
  /// @param keysLeft that Segue left behind
  record ForGood(
      boolean done, long writes, long failed, long lost, long inOldForm, long keysLeft) {}

  boolean good() {
    return looked
        && there.done
        && back.done
        && forGood.done
        && forGood.failed == 0
        && there.lost + back.lost + forGood.lost == 0
        && back.different == 0
        && back.inNewForm == 0
        && forGood.inOldForm == 0
        && forGood.keysLeft == 0;
  }

  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("outcome", good() ? "ok" : "failed");
    document.put("build", build);
    document.put("items", items);
    document.put("there", there);
    document.put("back", back);
    document.put("for_good", forGood);
    return document;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(good() ? "There and back, and nothing lost." : "NOT as promised; the figures:");
    lines.add("");
    Table table = new Table(false, true);
    row(table, "keys", "%,d", items);
    row(table, "converted, with the application writing, s", "%.1f", there.seconds);
    row(table, "taken back, s", "%.1f", back.seconds);
    row(table, "writes acknowledged meanwhile", "%,d", forGood.writes);
    row(table, "writes refused", "%,d", forGood.failed);
    row(table, "acknowledged writes lost, there", "%,d", there.lost);
    row(table, "acknowledged writes lost, back", "%,d", back.lost);
    row(table, "acknowledged writes lost, for good", "%,d", forGood.lost);
    row(table, "keys not as before after the way back", "%,d", back.different);
    row(table, "written values in a form the old version cannot read", "%,d", back.inNewForm);
    row(table, "written values left in the old form at the end", "%,d", forGood.inOldForm);
    row(table, "keys that Segue left behind", "%,d", forGood.keysLeft);
    row(table, "p99 of a write before, ms", "%.2f", there.p99BeforeMs);
    row(table, "p99 of a write during, ms", "%.2f", there.p99DuringMs);
    lines.addAll(table.lines());
    lines.add("");
    lines.add("logs    " + directory);
    lines.add("");
    lines.add("Next:   examples/redis-datetime/README.md   the same, step by step");
    lines.add("        docs/backfill.md                    the same with your own data");
    return lines;
  }

  private static void row(Table table, String name, String format, Object value) {
    table.row(name, String.format(Locale.ROOT, format, value));
  }
}
