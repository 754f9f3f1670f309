package dev.segue.conductor.simulation;

import static dev.segue.conductor.simulation.Audit.require;

import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.Standstill;
import dev.segue.conductor.journal.SimulatedHome;
import dev.segue.conductor.journal.SimulatedStore;
import dev.segue.conductor.simulation.Actor.Command;
import dev.segue.conductor.simulation.World.Presence;
import dev.segue.conductor.simulation.World.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole change from a seed: the conductor's own code in a world where anything may go wrong, and
/// every act and record held to the invariants. The same seed tells the same story.
final class Simulation {

  static final Duration CONTRACT_AFTER = Duration.ofHours(24);

  /// So many commands, and it comes to an end.
  private static final int CALM = 12;

  /// What happened in a simulation.
  static final class Count {
    int commands;
    int killed;
    int stopped;
    int journalTroubles;
    int meddled;
    int records;
  }

  private final Path scratch;
  private final Faults faults;
  private final World world = new World();
  private final Audit audit = new Audit(world);
  private final SimulatedStore store = new SimulatedStore(audit);
  private final Count count = new Count();
  private final @Nullable StringBuilder story;
  private @Nullable Duration diesAfterSwitch;

  private Simulation(long seed, Path scratch, boolean told) {
    this.scratch = scratch;
    this.faults = new Faults(seed);
    this.story = told ? new StringBuilder() : null;
  }

  /// @throws Violation when an invariant does not hold
  static Count of(long seed, Path scratch) {
    Simulation simulation = new Simulation(seed, scratch, false);
    simulation.play();
    return simulation.count;
  }

  /// Everything that happens in a seed, the violation last.
  static String story(long seed, Path scratch) {
    Simulation simulation = new Simulation(seed, scratch, true);
    try {
      simulation.play();
      simulation.tell("", "ended well");
    } catch (Violation violation) {
      simulation.tell("", "VIOLATION: " + violation.getMessage());
    }
    return String.valueOf(simulation.story);
  }

  Faults faults() {
    return faults;
  }

  World world() {
    return world;
  }

  Audit audit() {
    return audit;
  }

  Path scratch() {
    return scratch;
  }

  SimulatedStore store() {
    return store;
  }

  Count count() {
    return count;
  }

  void tell(String who, String what) {
    if (story != null) {
      story.append("%s %-3s %s%n".formatted(world.now(), who, what));
    }
  }

  private void play() {
    switch (faults.mood()) {
      case CALM -> calm();
      case BAD_VERSION -> badVersion();
      case SLOW_VERSION -> slowVersion();
      case TROUBLED -> troubled();
    }
    // Reading every byte back takes as long as a command; one in four is enough to tell.
    require(faults.chance(0.75) || store.sound(), "the journal on the disk is another");
  }

  /// With nothing wrong it goes through, and finishes when asked.
  private void calm() {
    Standstill first = command(Command.RUN);
    require(first instanceof Standstill.Resting, "calm, and " + first);
    require(world.toNew(), "calm, and users are not on the new version");
    world.advance(Duration.ofHours(1));
    Standstill last = command(Command.FINISH);
    require(new Standstill.Over(Outcome.DONE).equals(last), "calm, and " + last);
    allOrNothing(Outcome.DONE);
  }

  /// A version that misbehaves for longer than the pause between samples is taken back.
  private void badVersion() {
    Duration from = faults.upTo(Duration.ofSeconds(40));
    world.ails(new Span(from, from.plusSeconds(15)), Span.NEVER);
    Standstill end = command(Command.RUN);
    require(
        new Standstill.Over(Outcome.TAKEN_BACK).equals(end), "bad after " + from + ", and " + end);
    allOrNothing(Outcome.TAKEN_BACK);
  }

  /// A rule that must hold for a while goes on counting when another conductor takes over.
  private void slowVersion() {
    Duration from = faults.upTo(Duration.ofSeconds(20));
    world.isSlow(new Span(from, from.plusSeconds(39)));
    diesAfterSwitch = from.plusSeconds(19);
    command(Command.RUN);
    diesAfterSwitch = null;
    world.advance(Duration.ofSeconds(1));
    Standstill end = command(Command.RUN);
    require(
        new Standstill.Over(Outcome.TAKEN_BACK).equals(end), "slow after " + from + ", and " + end);
    allOrNothing(Outcome.TAKEN_BACK);
  }

  /// Whether the moment has come for which a death was planned.
  boolean isDying() {
    return diesAfterSwitch != null
        && world.switchedAt() != null
        && !world.now().isBefore(world.switchedAt().plus(diesAfterSwitch));
  }

  private void troubled() {
    if (faults.chance(0.4)) {
      Duration from = faults.upTo(Duration.ofSeconds(60));
      Duration silent = faults.upTo(Duration.ofSeconds(60));
      world.ails(
          new Span(from, from.plus(faults.upTo(Duration.ofMinutes(2)))),
          new Span(silent, silent.plus(faults.upTo(Duration.ofMinutes(1)))));
    }
    int commands = faults.pick(List.of(1, 2, 3, 4));
    for (int i = 0; i < commands; i++) {
      command(i == 0 || faults.chance(0.7) ? Command.RUN : faults.pick(LATER));
      if (faults.chance(0.1)) {
        world.advance(faults.upTo(Duration.ofHours(26)));
      } else {
        world.advance(faults.upTo(Duration.ofMinutes(2)));
      }
    }
    settle();
  }

  private static final List<Command> LATER =
      List.of(Command.ROLLBACK, Command.ABORT, Command.FINISH, Command.LEAVE_WORD);

  /// Once nothing goes wrong any more, it comes to one side or the other.
  private void settle() {
    faults.cease();
    tell("", "from here on everything works");
    world.advance(Duration.ofMinutes(2));
    for (int i = 0; i < CALM; i++) {
      world.tidy();
      Standstill standstill = command(Command.RUN);
      if (audit.isDone()) {
        allOrNothing(Outcome.DONE);
        return;
      }
      if (standstill instanceof Standstill.Resting) {
        require(live(), "at rest, and not everything of the new is there");
        return;
      }
      if (standstill instanceof Standstill.Over over) {
        allOrNothing(over.outcome());
        return;
      }
      person();
    }
    throw new Violation("no end in sight");
  }

  /// What a person does whom it has asked to decide.
  private void person() {
    world.tidy();
    RunState state = SimulatedProgram.runs(this, actor("p")).latest().orElseThrow();
    Standstill standstill =
        state.contractBegun() ? command(Command.FINISH) : command(Command.ROLLBACK);
    if (standstill instanceof Standstill.Over over) {
      allOrNothing(over.outcome());
    }
  }

  /// Exactly old or exactly new, never between.
  private void allOrNothing(Outcome outcome) {
    boolean done = outcome == Outcome.DONE;
    require(world.toNew() == done, outcome + ", and users are on the other version");
    for (Part part : Part.values()) {
      boolean there = world.presence(part) == Presence.PRESENT;
      if (part.kind() != Part.Kind.LOOK && !part.stays() && !world.meddledWith(part)) {
        require(there == done, outcome + ", and " + part + " is " + world.presence(part));
      }
    }
  }

  private boolean live() {
    return Arrays.stream(Part.values())
        .filter(part -> part.kind() != Part.Kind.LOOK && !part.stage().ending())
        .allMatch(part -> world.presence(part) == Presence.PRESENT);
  }

  private @Nullable Standstill command(Command command) {
    return actor("a").carryOut(command);
  }

  private Actor actor(String name) {
    return new Actor(this, name, 0);
  }

  /// Somebody who knows nothing of Segue.
  void meddle() {
    if (world.presence(Part.RETIRE) != Presence.ABSENT) {
      return;
    }
    Part part =
        faults.pick(List.of(Part.EXPAND, Part.EXPAND_MORE, Part.START, Part.SWITCH, Part.BACKUP));
    Presence there = world.presence(part);
    Presence then =
        switch (there) {
          case ABSENT -> part == Part.SWITCH ? Presence.ABSENT : Presence.FOREIGN;
          case PARTIAL, PRESENT, FOREIGN -> Presence.ABSENT;
        };
    count.meddled++;
    tell("", "SOMEBODY makes " + part + " " + then + ", it was " + there);
    world.meddle(part, then);
  }

  /// The run's state is what its journal comes to.
  void replays(RunState state) {
    SimulatedHome home = new SimulatedHome(store, new Reader());
    RunState replayed = Runs.replay(home, state.run());
    require(
        replayed.equals(state),
        "the journal comes to another state: " + difference(state, replayed));
    count.records = Math.max(count.records, home.read(state.run()).size());
  }

  /// Looks, and nothing happens to it.
  private final class Reader implements SimulatedStore.Hands {

    @Override
    public void touch(String where) {}

    @Override
    public SimulatedStore.Writing writing(String kind) {
      throw new UnsupportedOperationException("a reader writes nothing");
    }

    @Override
    public Instant now() {
      return world.now();
    }

    @Override
    public boolean seenDead() {
      return false;
    }
  }

  private static String difference(RunState state, RunState replayed) {
    if (!state.trial().equals(replayed.trial())) {
      return state.trial() + " / " + replayed.trial();
    }
    if (!state.course().equals(replayed.course())) {
      return state.course() + " / " + replayed.course();
    }
    return state.steps().values().stream()
        .filter(s -> !s.equals(replayed.step(s.step().id())))
        .map(s -> s + " / " + replayed.step(s.step().id()))
        .findFirst()
        .orElse("");
  }
}
