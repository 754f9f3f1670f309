package dev.segue.delivery;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.StepContext;
import dev.segue.delivery.process.Waiting;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// A conductor that only waits and remembers.
final class TestContext implements StepContext {

  private final Map<String, Facts> facts = new HashMap<>();
  private Path directory = Path.of(".");
  private boolean overtaken;

  TestContext in(Path where) {
    directory = where;
    return this;
  }

  /// From now on another conductor is the one.
  void overtaken() {
    overtaken = true;
  }

  void journal(String step, Facts measured) {
    facts.put(step, measured);
  }

  @Override
  public String run() {
    return "rename-1";
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void pause(Duration time) {
    await(() -> false, time, time);
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    return Waiting.plain().until(condition, atMost, every);
  }

  @Override
  public void progress(String what, double done) {}

  @Override
  public Facts factsOf(String stepId) {
    return facts.getOrDefault(stepId, Facts.NONE);
  }

  @Override
  public Window window() {
    return Window.AUTOMATIC;
  }

  @Override
  public Fence fence() {
    return new Fence() {
      @Override
      public long epoch() {
        return 1;
      }

      @Override
      public void check(Connection connection) {}

      @Override
      public void check() {
        if (overtaken) {
          throw new FencedException("Another conductor has taken over");
        }
      }
    };
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Map<String, Facts> facts() {
    return facts;
  }
}
