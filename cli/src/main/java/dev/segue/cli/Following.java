package dev.segue.cli;

import dev.segue.conductor.Event;
import dev.segue.conductor.EventText;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.StepState.Status;
import dev.segue.conductor.journal.Entry;
import java.time.Duration;
import java.util.List;

/// Reads along in the journal while another process conducts.
final class Following {

  private static final Duration EVERY = Duration.ofMillis(300);

  /// A conductor heeds requests every second; one that has not in this time is not there.
  private static final Duration HEEDED_WITHIN = Duration.ofSeconds(30);

  private final Terminal terminal;
  private final Desk desk;

  Following(Terminal terminal, Desk desk) {
    this.terminal = terminal;
    this.desk = desk;
  }

  /// Follows a run until it ends, or until it needs a person.
  Exit until(String run, String request) {
    long told = desk.home().read(run).size();
    long start = System.nanoTime();
    while (true) {
      RunState state = Runs.replay(desk.home(), run);
      told = tell(run, told, state);
      if (state.outcome() != null) {
        return state.outcome() == Outcome.REFUSED ? Exit.REFUSED : Exit.DONE;
      }
      if (state.inOrder().stream().anyMatch(s -> s.status() == Status.STUCK)) {
        return Exit.NEEDS_PERSON;
      }
      boolean late = System.nanoTime() - start > HEEDED_WITHIN.toNanos();
      if (late && !state.course().requests().contains(request)) {
        terminal
            .err()
            .println(
                "segue: the conductor has not answered in 30 s. It will when it looks again; "
                    + "if it is dead, run this command again: "
                    + Conclusion.standing(state));
        return Exit.NEEDS_PERSON;
      }
      pause();
    }
  }

  private long tell(String run, long told, RunState state) {
    List<Entry> entries = desk.home().read(run);
    for (Entry entry : entries.subList((int) told, entries.size())) {
      Event event = EventText.parse(entry.kind(), entry.body());
      Narration.of(event, state).forEach(l -> terminal.out().println(l.mark() + " " + l.text()));
    }
    return entries.size();
  }

  private static void pause() {
    try {
      Thread.sleep(EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.util.concurrent.CancellationException("interrupted");
    }
  }
}
