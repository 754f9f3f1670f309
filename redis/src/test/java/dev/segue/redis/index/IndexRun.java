package dev.segue.redis.index;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// A run without a conductor, whose pauses take no time.
final class IndexRun implements StepContext {

  private final Map<String, Facts> facts = new HashMap<>();
  final List<String> said = new ArrayList<>();
  Runnable whilePaused = () -> {};

  void keep(String step, Facts measured) {
    facts.put(step, measured);
  }

  @Override
  public String run() {
    return "dates-1";
  }

  @Override
  public Instant now() {
    return Instant.EPOCH;
  }

  @Override
  public void pause(Duration time) {
    whilePaused.run();
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void progress(String what, double done) {
    said.add(what + " " + done);
  }

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
        return 1;
      }

      @Override
      public void check(Connection connection) {}

      @Override
      public void check() {}
    };
  }

  @Override
  public Path directory() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Facts> facts() {
    return Map.copyOf(facts);
  }
}
