package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.cli.ChangeArguments.Target;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.Standstill;
import dev.segue.conductor.journal.LeaseHeldException;
import dev.segue.watch.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A command that conducts: the desk, the screen, the log of samples, and the word at the end.
final class Conducting implements AutoCloseable {

  private final Terminal terminal;
  private final ChangeArguments arguments;
  private final Target target;
  private final @Nullable Screen screen;
  private final SampleLog samples;
  private final Listener listener;
  private final Desk desk;
  private final Thread lastWord = new Thread(this::interrupted, "segue-last-word");
  private volatile boolean concluded;

  Conducting(Terminal terminal, ChangeArguments arguments) {
    this(terminal, arguments, arguments.target());
  }

  /// @param target the same change, with what the command line says besides
  Conducting(Terminal terminal, ChangeArguments arguments, Target target) {
    this.terminal = terminal;
    this.arguments = arguments;
    this.target = target;
    Change change = target.change(terminal.environment());
    this.samples = new SampleLog(target.state(), terminal.err()::println);
    if (arguments.json()) {
      this.screen = null;
      this.listener = new Everyone(List.of(new JsonLines(terminal), samples));
    } else {
      this.screen = new Screen(terminal);
      Duration automatic = change.watch() == null ? null : change.rollback().automatic();
      this.listener = new Everyone(List.of(new RunScreen(screen, automatic), samples));
    }
    this.desk = open();
    Runtime.getRuntime().addShutdownHook(lastWord);
  }

  private Desk open() {
    try {
      return Desk.open(target, terminal, listener);
    } catch (RuntimeException e) {
      closeScreen();
      throw e;
    }
  }

  /// Ctrl-C: what a person who did that must know.
  private void interrupted() {
    if (!concluded) {
      terminal
          .err()
          .println(
              "\nsegue: interrupted. Nothing was undone: the run stands where it was.\n"
                  + "  next:  segue run "
                  + arguments.file()
                  + "   to go on, or: segue rollback "
                  + arguments.file()
                  + "\n  Nobody watches until then; the router goes back to the old"
                  + " version by itself if its dead man's switch is armed.");
    }
  }

  Desk desk() {
    return desk;
  }

  /// Has a person's wish carried out on a run: by oneself when nobody conducts it, else by asking
  /// whoever does and reading along; and by oneself after all when that one goes away.
  ///
  /// @param request its kind, for another conductor
  /// @param act the same, done by oneself
  Exit carryOut(String run, String request, String why, Function<Run, Standstill> act) {
    boolean asked = false;
    while (true) {
      RunState state = Runs.replay(desk.home(), run);
      if (state.outcome() != null) {
        return conclude(state);
      }
      try {
        Optional<Run> resumed = desk.runs().resume();
        if (resumed.isPresent()) {
          try (Run mine = resumed.get()) {
            return conclude(act.apply(mine), mine);
          }
        }
      } catch (LeaseHeldException held) {
        if (!asked) {
          asked = true;
          desk.runs().request(run, request, why);
          terminal.err().println("asked the conductor at work (" + held.getMessage() + ")");
        }
        new Following(desk, listener, run).toTheEnd();
      }
    }
  }

  /// What another conductor did.
  private Exit conclude(RunState ended) {
    closeScreen();
    concluded = true;
    return new Conclusion(terminal, arguments).of(ended);
  }

  /// Writes the report and says where the run stands.
  Exit conclude(Standstill standstill, Run run) {
    closeScreen();
    concluded = true;
    Optional<Path> report = Optional.empty();
    try {
      report = Optional.of(ReportFiles.write(desk, run.state()));
    } catch (SegueException e) {
      terminal.err().println("segue: " + e.getMessage() + "\n  next:  " + e.remedy());
    }
    return new Conclusion(terminal, arguments).of(standstill, run, report);
  }

  private void closeScreen() {
    if (screen != null) {
      screen.close();
    }
  }

  @Override
  public void close() {
    concluded = true;
    try {
      Runtime.getRuntime().removeShutdownHook(lastWord);
    } catch (IllegalStateException e) {
      // It is being said at this moment: the program was interrupted while it closed.
    }
    closeScreen();
    samples.close();
    desk.close();
  }

  /// One listener for several.
  record Everyone(List<Listener> listeners) implements Listener {

    @Override
    public void recorded(Instant at, Event event, RunState state) {
      listeners.forEach(l -> l.recorded(at, event, state));
    }

    @Override
    public void progress(String step, String what, double done) {
      listeners.forEach(l -> l.progress(step, what, done));
    }

    @Override
    public void sampled(Instant at, Map<String, Reading> readings, RunState state) {
      listeners.forEach(l -> l.sampled(at, readings, state));
    }

    @Override
    public void warning(String text) {
      listeners.forEach(l -> l.warning(text));
    }
  }
}
