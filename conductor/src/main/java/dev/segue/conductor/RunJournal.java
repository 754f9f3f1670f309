package dev.segue.conductor;

import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.Lease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run being written: every event goes through here, is durable before anything follows from
/// it, and moves the state.
final class RunJournal {

  private final Lease lease;
  private final Listener listener;
  private RunState state;
  private @Nullable RuntimeException broken;

  /// Goes on with a run.
  RunJournal(Lease lease, RunState state, Listener listener) {
    this.lease = lease;
    this.state = state;
    this.listener = listener;
  }

  RunState state() {
    return state;
  }

  Lease lease() {
    return lease;
  }

  /// After a record failed nobody knows what the journal holds, so nothing more may follow from
  /// this conductor's own idea of it: each later one fails in the same way.
  void record(Event event) {
    soundly(() -> write(event));
  }

  private void soundly(Runnable writing) {
    if (broken != null) {
      throw broken;
    }
    try {
      writing.run();
    } catch (RuntimeException e) {
      broken = e;
      throw e;
    }
  }

  private void write(Event event) {
    if (event instanceof Event.Ended ended) {
      // First, so that a crash in between leaves a run that is ended again, not one never marked.
      lease.end(state.run(), ended.outcome().name());
    }
    recorded(event, lease.append(state.run(), EventText.kind(event), EventText.body(event)));
  }

  private void recorded(Event event, Entry entry) {
    state = state.after(event, entry.at());
    listener.recorded(entry.at(), event, state);
  }

  /// As [#record], for what the state can do without for a while. When the journal does not answer
  /// the state stays as it was; say it again later.
  void recordSoon(Event event) {
    soundly(() ->
        lease
            .tryAppend(state.run(), EventText.kind(event), EventText.body(event))
            .ifPresent(entry -> recorded(event, entry)));
  }

  /// Writes a run's first event.
  static RunJournal begin(Lease lease, Event.RunStarted start, Listener listener) {
    String run = lease.begin();
    Entry entry = lease.append(run, EventText.kind(start), EventText.body(start));
    RunState state = RunState.begin(run, start, entry.at());
    listener.recorded(entry.at(), start, state);
    return new RunJournal(lease, state, listener);
  }

  /// The state that a run's entries come to.
  ///
  /// @throws IllegalArgumentException when they do not begin with the start of a run, or cannot be
  ///   read by this version
  static RunState replay(String run, List<Entry> entries) {
    Entry first = entries.getFirst();
    if (!(EventText.parse(first.kind(), first.body()) instanceof Event.RunStarted start)) {
      throw new IllegalArgumentException(run + " begins with " + first.kind());
    }
    RunState state = RunState.begin(run, start, first.at());
    for (Entry entry : entries.subList(1, entries.size())) {
      state = state.after(EventText.parse(entry.kind(), entry.body()), entry.at());
    }
    return state;
  }
}
