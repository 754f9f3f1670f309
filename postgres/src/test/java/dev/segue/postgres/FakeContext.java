package dev.segue.postgres;

import dev.segue.conductor.Fence;
import dev.segue.conductor.LoneRun;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A run without a conductor: steps are called by hand, and what they do is kept.
public final class FakeContext extends LoneRun {

  private Window window = Window.BEFORE;
  private boolean forced;
  public int fenceChecks;
  public final List<String> said = new ArrayList<>();
  public final List<Duration> pauses = new ArrayList<>();
  public Runnable whilePaused = () -> {};

  /// Called with the transaction's own connection, before anything else in it.
  public Check fenceCheck = connection -> {};

  /// Called where the conductor makes sure outside of a transaction that it is the only one.
  public Runnable fenceLook = () -> {};

  public interface Check {
    void on(Connection connection) throws SQLException;
  }

  public FakeContext(Path directory) {
    super("rename-1", directory);
  }

  public FakeContext in(Window now) {
    window = now;
    return this;
  }

  public FakeContext force() {
    forced = true;
    return this;
  }

  @Override
  public void pause(Duration time) {
    pauses.add(time);
    whilePaused.run();
    LockSupport.parkNanos(time.toNanos());
  }

  @Override
  public void progress(String what, double done) {
    said.add(what);
  }

  @Override
  public Window window() {
    return window;
  }

  @Override
  public boolean forced() {
    return forced;
  }

  @Override
  public Fence fence() {
    return new Fence() {
      @Override
      public long epoch() {
        return 1;
      }

      @Override
      public void check(Connection connection) throws SQLException {
        fenceChecks++;
        fenceCheck.on(connection);
      }

      @Override
      public void check() {
        fenceChecks++;
        fenceLook.run();
      }
    };
  }
}
