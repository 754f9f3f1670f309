package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.Holder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;

/// Reads along in the journal while another process conducts.
final class Following {

  private static final Duration EVERY = Duration.ofMillis(300);

  private final Desk desk;
  private final Listener listener;
  private RunState state;
  private int told;

  /// @param listener told what is journaled from now on
  Following(Desk desk, Listener listener, String run) {
    this.desk = desk;
    this.listener = listener;
    List<Entry> entries = desk.home().read(run);
    this.state = Runs.replay(run, entries);
    this.told = entries.size();
  }

  /// Follows until the run ends or has no conductor any more.
  void toTheEnd() {
    while (true) {
      // Asked before the journal is read: what the conductor wrote last is then seen.
      boolean conducted = desk.home().holder(desk.change().name()).filter(Holder::live).isPresent();
      tell();
      if (state.outcome() != null) {
        return;
      }
      pause();
      if (!conducted) {
        return;
      }
    }
  }

  private void tell() {
    List<Entry> entries = desk.home().read(state.run());
    for (Entry entry : entries.subList(told, entries.size())) {
      Event event = EventText.parse(entry.kind(), entry.body());
      state = state.after(event, entry.at());
      listener.recorded(entry.at(), event, state);
    }
    told = entries.size();
  }

  private static void pause() {
    try {
      Thread.sleep(EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
