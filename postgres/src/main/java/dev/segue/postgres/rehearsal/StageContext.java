package dev.segue.postgres.rehearsal;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// What steps see of a run while they are rehearsed: nobody competes with it and nobody asks
/// anything of it.
final class StageContext implements StepContext {

  private final String run;
  private final Path directory;
  private final Map<String, Facts> facts = new LinkedHashMap<>();

  StageContext(String run, Path directory) {
    this.run = run;
    this.directory = directory;
  }

  void keep(String step, Facts measured) {
    facts.put(step, measured);
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
    Instant end = now().plus(time);
    for (Instant now = now(); now.isBefore(end); now = now()) {
      LockSupport.parkNanos(Duration.between(now, end).toNanos());
    }
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    Instant end = now().plus(atMost);
    while (!condition.getAsBoolean()) {
      if (!now().isBefore(end)) {
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
    return new Fence() {
      @Override
      public long epoch() {
        return 0;
      }

      @Override
      public void check(Connection connection) {}

      @Override
      public void check() {}
    };
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Map<String, Facts> facts() {
    return Map.copyOf(facts);
  }
}
