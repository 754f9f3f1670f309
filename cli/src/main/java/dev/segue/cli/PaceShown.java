package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.Moment;
import dev.segue.conductor.PaceOrder;
import dev.segue.conductor.Pacing;
import dev.segue.conductor.RunState;
import dev.segue.conductor.journal.Holder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What people asked of a run's pace: what is heeded, and what is not yet.
///
/// @param waitsFor who is to heed what is left
record PaceShown(Pacing heeded, List<Pacing.Asked> unheeded, String waitsFor) {

  /// Nothing for a run that has ended.
  static PaceShown of(Desk desk, RunState run, Optional<Holder> holder) {
    String waitsFor =
        holder
            .filter(Holder::live)
            .map(h -> "the conductor at work, process " + h.pid())
            .orElse("whoever goes on with the run: nobody conducts it now");
    return run.outcome() == null
        ? new PaceShown(run.course().pacing(), desk.runs().unheeded(run), waitsFor)
        : new PaceShown(Pacing.NONE, List.of(), waitsFor);
  }

  List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    if (heeded.pause() != null && heeded.since() != null) {
      lines.add(
          terminal.in(
              "yellow",
              "%s, since %s"
                  .formatted(Narration.pace(heeded.pause()), Moment.text(heeded.since()))));
    }
    heeded
        .order()
        .share()
        .ifPresent(share ->
            lines.add(String.format(Locale.ROOT, "pace: %.0f %% of the time", share * 100)));
    for (Pacing.Asked asked : unheeded) {
      lines.add(
          terminal.in(
              "yellow",
              "not heeded yet: %s, at %s; waits for %s"
                  .formatted(Narration.pace(asked.order()), Moment.text(asked.at()), waitsFor)));
    }
    return lines;
  }

  /// Empty when nothing was asked.
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    if (!heeded.order().equals(PaceOrder.NONE) || !unheeded.isEmpty()) {
      document.put("paused", heeded.order().paused());
    }
    if (heeded.pause() != null && heeded.since() != null) {
      document.put("by", heeded.pause().by());
      document.put("since", heeded.since().toString());
    }
    heeded.order().share().ifPresent(share -> document.put("share", share));
    if (!unheeded.isEmpty()) {
      document.put("unheeded", unheeded.stream().map(this::document).toList());
    }
    return document;
  }

  private Map<String, Object> document(Pacing.Asked asked) {
    Event.PaceOrdered order = asked.order();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("what", order.what().name().toLowerCase(Locale.ROOT));
    if (order.share() != null) {
      document.put("share", order.share());
    }
    document.put("by", order.by());
    if (order.reason() != null) {
      document.put("reason", order.reason());
    }
    document.put("at", asked.at().toString());
    document.put("waits_for", waitsFor);
    return document;
  }
}
