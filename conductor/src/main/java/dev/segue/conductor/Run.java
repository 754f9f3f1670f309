package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.conductor.journal.Home;
import dev.segue.watch.Source;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One run, held by this conductor alone until it is closed.
///
/// Not thread-safe: one thread conducts.
public final class Run implements AutoCloseable {

  public static final String TAKE_BACK = "take-back";
  public static final String FORCED_TAKE_BACK = "forced-take-back";
  public static final String ABORT = "abort";
  public static final String FINISH = "finish";
  public static final String FORCED_FINISH = "forced-finish";

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
    // Of ways that exclude each other it has the one it began with.
    Predicate<Step> planned = step -> journal.state().steps().containsKey(step.id());
    List<Step> steps = plan.steps().stream().filter(planned).toList();
    Watcher watcher = new Watcher(change, sources(change, surroundings), steps, journal, listener);
    Path directory = surroundings.workspace().runDirectory(journal.state().run());
    this.context =
        new RunContext(change, journal, home, surroundings.time(), directory, listener, watcher);
    this.conductor = new Conductor(change, steps, context);
  }

  private static List<Source> sources(Change change, Surroundings surroundings) {
    List<Source> sources = new ArrayList<>();
    for (Capability capability : surroundings.capabilities()) {
      sources.addAll(capability.sources(change, surroundings.workspace()));
    }
    return sources;
  }

  /// As soon as it is held, before anything is looked at.
  Run claimed() {
    conductor.claim();
    return this;
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
      refuse(Decisions.whyNotTakeBack(change, state(), context.now(), force));
      journal.record(new Event.TakeBackStarted(cause, why, surroundings.by(), null, force));
    }
    return conductor.proceed();
  }

  /// Lets the ending steps go on: the old version is stopped and the schema shrinks.
  ///
  /// @param reason what a person says about it, or null
  /// @param force also before the windows are over or in spite of the verdict
  public Standstill finish(@Nullable String reason, boolean force) {
    if (!state().course().finishRequested()) {
      refuse(Decisions.whyNotFinish(change, state(), context.now(), force));
      journal.record(new Event.FinishRequested(surroundings.by(), reason, null, force));
    }
    return proceed();
  }

  /// Has a step that stands try once more what it had to leave out; its way back covers that too.
  ///
  /// @param work gives the figures of this retry; killed in it, it can be asked for again
  public Standstill retry(String step, Function<StepContext, Facts> work) {
    refuse(Decisions.whyNotRetry(state(), step));
    journal.record(new Event.RetryStarted(step, surroundings.by()));
    return conductor.retry(step, work);
  }

  private static void refuse(Optional<SegueException> why) {
    if (why.isPresent()) {
      throw why.get();
    }
  }

  /// Gives the lease back; the run can be resumed by anybody.
  @Override
  public void close() {
    journal.lease().close();
  }
}
