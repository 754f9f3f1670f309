package dev.segue.conductor;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// What steps see where no conductor carries them out: nobody competes with the run, and nobody
/// asks anything of it. For rehearsals, measurements and tests.
public class LoneRun implements StepContext {

  private static final Fence OPEN =
      new Fence() {
        @Override
        public long epoch() {
          return 1;
        }

        @Override
        public void check(Connection connection) {}

        @Override
        public void check() {}
      };

  private final String run;
  private final Path directory;
  private final Map<String, Facts> facts = new LinkedHashMap<>();

  public LoneRun(String run, Path directory) {
    this.run = run;
    this.directory = directory;
  }

  /// What a step measured, for those after it.
  public final Facts keep(String step, Facts measured) {
    facts.put(step, measured);
    return measured;
  }

  @Override
  public String run() {
    return run;
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= end) {
        return false;
      }
      pause(every);
    }
    return true;
  }

  @Override
  public void progress(String what, double done) {}

  @Override
  public Facts factsOf(String stepId) {
    return facts.getOrDefault(stepId, Facts.NONE);
  }

  @Override
  public Window window() {
    return Window.BEFORE;
  }

  @Override
  public Fence fence() {
    return OPEN;
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Map<String, Facts> facts() {
    return Collections.unmodifiableMap(facts);
  }
}
