package dev.segue.redis.backup;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// A run without a conductor, at a moment of its own.
final class BackupRun implements StepContext {

  private final String name;
  private final Instant now;
  final List<String> said = new ArrayList<>();
  Runnable whilePaused = () -> {};

  BackupRun(String name, Instant now) {
    this.name = name;
    this.now = now;
  }

  @Override
  public String run() {
    return name;
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
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void progress(String what, double done) {
    said.add(what);
  }

  @Override
  public Facts factsOf(String stepId) {
    return Facts.NONE;
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
    return Map.of();
  }
}
