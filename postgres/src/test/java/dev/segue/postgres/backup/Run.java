package dev.segue.postgres.backup;

import dev.segue.conductor.LoneRun;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A run without a conductor, at a moment of its own.
final class Run extends LoneRun {

  private final Instant now;
  final List<String> said = new ArrayList<>();
  Runnable whilePaused = () -> {};

  Run(String name, Instant now) {
    super(name, Path.of(""));
    this.now = now;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration time) {
    whilePaused.run();
  }

  @Override
  public void progress(String what, double done) {
    said.add(what);
  }
}
