package dev.segue.cli;

import dev.segue.delivery.Standing;
import dev.segue.delivery.proxy.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The router and the versions behind it, in words.
final class Traffic {

  private Traffic() {}

  static List<String> lines(Standing.Picture picture) {
    List<String> lines = new ArrayList<>();
    Router.State state = picture.state();
    if (picture.listening() == null || state == null) {
      lines.add("router: not running");
    } else {
      lines.add(
          "router: "
              + picture.listening()
              + " sends users to "
              + (state.active() == null
                  ? "nobody"
                  : state.active() + " at " + state.activeAddress()));
      if (picture.counters() != null) {
        lines.add("  counts since it started, " + Instant.ofEpochMilli(picture.counters().since()));
      }
      if (picture.standby() != null) {
        lines.add("  process " + picture.standby() + " takes its place should it die");
      }
      if (state.deadMan() != null) {
        lines.add(
            "  armed: back to "
                + state.deadMan().revertTo()
                + " when the conductor is silent for "
                + state.deadMan().millis()
                + " ms");
      }
      if (state.lastRevert() != null) {
        lines.add("  went back by itself: " + state.lastRevert().reason());
      }
    }
    for (Standing.Instance instance : picture.instances()) {
      lines.add(instance(instance, picture));
    }
    return lines;
  }

  private static String instance(Standing.Instance instance, Standing.Picture picture) {
    String who =
        instance.pid() != null
            ? "process " + instance.pid()
            : instance.holder() != null ? "held by " + instance.holder() : "not running";
    String health =
        instance.pid() == null && instance.holder() == null
            ? ""
            : instance.complaint() == null ? ", healthy" : ", " + instance.complaint();
    String counted = "";
    if (picture.counters() != null) {
      Router.Tally tally = picture.counters().of(instance.name());
      counted =
          String.format(
              Locale.ROOT, "; %,d requests, %,d failed", tally.requests(), tally.failed());
      if (tally.diverted() > 0) {
        counted +=
            String.format(Locale.ROOT, ", %,d answered by the other version", tally.diverted());
      }
    }
    return instance.name() + ": " + instance.address() + ", " + who + health + counted;
  }
}
