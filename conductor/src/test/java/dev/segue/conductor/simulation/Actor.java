package dev.segue.conductor.simulation;

import dev.segue.change.SegueException;
import dev.segue.conductor.Event.Cause;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.Standstill;
import dev.segue.conductor.Time;
import dev.segue.conductor.journal.SimulatedStore.Hands;
import dev.segue.conductor.journal.SimulatedStore.Writing;
import dev.segue.conductor.simulation.Faults.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One process of Segue carrying out one command. It can be killed, or stopped for a while in which
/// time passes and others act, at everything it does.
final class Actor implements Hands, Time {

  private static final Duration HANGS = Duration.ofMinutes(3);
  private static final int DEEPEST = 2;

  private final Simulation simulation;
  private final String name;
  private final int depth;
  private final boolean seenWhenDead;
  private boolean dead;

  Actor(Simulation simulation, String name, int depth) {
    this.simulation = simulation;
    this.name = name;
    this.depth = depth;
    this.seenWhenDead =
        simulation.faults().mood() != Faults.Mood.TROUBLED || simulation.faults().chance(0.5);
  }

  World world() {
    return simulation.world();
  }

  Faults faults() {
    return simulation.faults();
  }

  Audit audit() {
    return simulation.audit();
  }

  long newestEpoch() {
    return simulation.store().epoch();
  }

  void tell(String what) {
    simulation.tell(name, what);
  }

  /// The conductor thread hears nothing for minutes; its lease is kept alive meanwhile.
  void hang() {
    world().advance(HANGS);
    simulation.store().heard(this);
  }

  @Override
  public void touch(String where) {
    if (dead) {
      throw new Killed();
    }
    tell(where);
    if (faults().strikes(Trouble.KILLED, 0.01)) {
      die();
    }
    if (faults().strikes(Trouble.OUTSIDER, 0.005)) {
      simulation.meddle();
    }
    if (depth < DEEPEST && faults().strikes(Trouble.STOPPED, 0.01)) {
      stopped();
    }
    simulation.store().heard(this);
  }

  private void die() {
    tell("KILLED");
    simulation.count().killed++;
    dead = true;
    throw new Killed();
  }

  /// Nothing of this process moves, its heart included, while others do.
  private void stopped() {
    simulation.count().stopped++;
    Duration time = faults().upTo(Duration.ofMinutes(1));
    tell("STOPPED for " + time);
    world().advance(time);
    new Actor(simulation, name + "'", depth + 1).carryOut(faults().pick(Command.RIVALS));
    tell("WAKES UP");
  }

  @Override
  public Writing writing(String kind) {
    Writing writing = faults().writing();
    if (writing != Writing.DURABLE) {
      tell("  writing " + kind + ": " + writing);
      simulation.count().journalTroubles++;
      if (writing == Writing.TORN) {
        dead = true;
      }
    }
    return writing;
  }

  @Override
  public Instant now() {
    return world().now();
  }

  @Override
  public boolean seenDead() {
    return dead && seenWhenDead;
  }

  @Override
  public Instant instant() {
    return world().now();
  }

  @Override
  public void sleep(Duration duration) {
    if (dead) {
      throw new Killed();
    }
    world().advance(duration);
    simulation.store().heard(this);
    if (faults().strikes(Trouble.KILLED, 0.003) || simulation.isDying()) {
      die();
    }
    if (faults().strikes(Trouble.OUTSIDER, 0.001)) {
      simulation.meddle();
    }
    if (depth < DEEPEST && faults().strikes(Trouble.WORD, 0.003)) {
      new Actor(simulation, name + "*", DEEPEST).carryOut(Command.LEAVE_WORD);
    }
  }

  /// What a process of Segue can be told.
  enum Command {
    RUN,
    ROLLBACK,
    ABORT,
    FINISH,
    LEAVE_WORD;

    static final List<Command> RIVALS = List.of(RUN, RUN, ROLLBACK, FINISH);
  }

  /// @return why it stopped; null when it was killed, refused or had nothing to do
  @Nullable Standstill carryOut(Command command) {
    tell("-- " + command);
    simulation.count().commands++;
    Runs runs = SimulatedProgram.runs(simulation, this);
    try {
      return switch (command) {
        case RUN -> run(runs);
        case ROLLBACK ->
            on(runs.resume(), run -> run.takeBack(Cause.BY_HAND, "by hand", faults().chance(0.5)));
        case ABORT -> on(runs.resume(), run -> run.takeBack(Cause.ABORTED, "abort", false));
        case FINISH -> on(runs.resume(), run -> run.finish("it is well", faults().chance(0.5)));
        case LEAVE_WORD -> leaveWord(runs);
      };
    } catch (Killed killed) {
      return null;
    } catch (SegueException e) {
      tell("-- " + e.code() + ": " + e.getMessage());
      return null;
    }
  }

  private @Nullable Standstill run(Runs runs) {
    if (audit().isDone()) {
      return null; // The command would say so.
    }
    return on(Optional.of(runs.start()), Run::proceed);
  }

  private @Nullable Standstill on(Optional<Run> found, Function<Run, Standstill> act) {
    if (found.isEmpty()) {
      return null;
    }
    try (Run run = found.get()) {
      Standstill standstill = act.apply(run);
      tell("-- " + standstill);
      if (simulation.store().heldBy(this)) {
        simulation.replays(run.state());
      }
      return standstill;
    }
  }

  private @Nullable Standstill leaveWord(Runs runs) {
    Optional<RunState> latest = runs.latest();
    if (latest.isPresent() && latest.get().outcome() == null) {
      String kind =
          faults()
              .pick(
                  List.of(
                      Run.TAKE_BACK,
                      Run.FORCED_TAKE_BACK,
                      Run.ABORT,
                      Run.FINISH,
                      Run.FORCED_FINISH));
      runs.request(latest.get().run(), kind, "word");
    }
    return null;
  }
}
