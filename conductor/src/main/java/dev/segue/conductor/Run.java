package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepContext.Window;
import dev.segue.conductor.journal.Home;
import dev.segue.watch.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run, held by this conductor alone until it is closed.
///
/// Not thread-safe: one thread conducts.
public final class Run implements AutoCloseable {

  public static final String TAKE_BACK = "take-back";
  public static final String ABORT = "abort";
  public static final String FINISH = "finish";

  private final Change change;
  private final RunJournal journal;
  private final RunContext context;
  private final Conductor conductor;
  private final Surroundings surroundings;
  private boolean compared;

  Run(Change change, Plan plan, RunJournal journal, Home home, Surroundings surroundings) {
    this.change = change;
    this.journal = journal;
    this.surroundings = surroundings;
    Listener listener = surroundings.listener();
    Watcher watcher =
        new Watcher(change, sources(change, surroundings), plan.steps(), journal, listener);
    Path directory = surroundings.workspace().runDirectory(journal.state().run());
    try {
      Private.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory, e);
    }
    this.context =
        new RunContext(change, journal, home, surroundings.time(), directory, listener, watcher);
    this.conductor = new Conductor(change, plan.steps(), context);
  }

  private static List<Source> sources(Change change, Surroundings surroundings) {
    List<Source> sources = new ArrayList<>();
    for (Capability capability : surroundings.capabilities()) {
      sources.addAll(capability.sources(change, surroundings.workspace()));
    }
    return sources;
  }

  /// The change this run carries out; for a resumed run, as it stood when the run began.
  public Change change() {
    return change;
  }

  public RunState state() {
    return journal.state();
  }

  /// Goes on, forwards or backwards, until nothing can be done without a person or without the
  /// passing of time.
  public Standstill proceed() {
    if (!compared) {
      compared = true;
      Optional<Standstill> drift = conductor.compareWithWorld();
      if (drift.isPresent()) {
        return drift.get();
      }
    }
    return conductor.proceed();
  }

  /// Waits until then, or until a person asks for something; then goes on.
  public Standstill rest(Instant until) {
    conductor.rest(until);
    return conductor.proceed();
  }

  /// Turns the run round, if the window allows it, and goes back all the way.
  ///
  /// @param force also when only the way forward is open; the reason is journaled
  public Standstill takeBack(Event.Cause cause, String why, boolean force) {
    if (!state().goingBack()) {
      if (state().contractBegun()) {
        throw new SegueException(
            Kind.REFUSED,
            "contract-begun",
            "The contract step of " + state().run() + " has begun: it cannot be taken back",
            "Go on with 'segue finish'; for the data as it was, restore the backup.");
      }
      if (context.window() == Window.FORWARD_ONLY && !force) {
        throw new SegueException(
            Kind.REFUSED,
            "window-closed",
            "The window for going back by hand is over for " + state().run(),
            "Mend forwards, or insist: segue rollback --force --reason '…'");
      }
      journal.record(new Event.TakeBackStarted(cause, why, surroundings.by(), null));
    }
    return conductor.proceed();
  }

  /// Lets the ending steps go on: the old version is stopped and the schema shrinks.
  ///
  /// @param reason why it may come before the windows are over or in spite of the verdict; null:
  ///   only when nothing speaks against it
  public Standstill finish(@Nullable String reason) {
    if (!state().course().finishRequested()) {
      Optional<SegueException> refusal =
          Decisions.whyNotFinish(change, state(), surroundings.time().instant(), reason);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      journal.record(new Event.FinishRequested(surroundings.by(), reason, null));
    }
    return proceed();
  }

  /// Gives the lease back; the run can be resumed by anybody.
  @Override
  public void close() {
    journal.lease().close();
  }
}
