package dev.segue.cli;

import dev.segue.backfill.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How far a long look is, where it disturbs no output: on the error stream, repainted on a
/// terminal, else every ten seconds.
final class LookingScreen implements Store.Progress, AutoCloseable {

  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  private final Screen screen;
  private volatile String now = "";
  private volatile Instant told = Instant.now();

  LookingScreen(Terminal terminal) {
    this.screen =
        new Screen(
            new Terminal(terminal.err(), terminal.err(), terminal.environment(), terminal.live()));
    screen.block(() -> now.isEmpty() ? List.of() : List.of("  " + now));
  }

  @Override
  public void at(String what, double done) {
    now = (Double.isNaN(done) ? "" : RunScreen.bar(done) + " ") + what;
    if (!screen.live() && Duration.between(told, Instant.now()).compareTo(TELL_EVERY) >= 0) {
      told = Instant.now();
      screen.line(new Narration.Line(Narration.Tone.QUIET, "…", RunScreen.share(done) + what));
    }
  }

  @Override
  public void close() {
    screen.close();
  }
}
