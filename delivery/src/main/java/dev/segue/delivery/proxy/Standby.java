package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Identity;
import dev.segue.delivery.process.Waiting;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Keeps a second router process beside the one that serves: it waits for the first one's lock,
/// which the kernel lets go of at its death, however it dies, and takes its place.
///
/// A router that is told to stop ends its standby first. One that hangs still has its lock, and
/// keeps its place: nobody can tell what it would do when it wakes up.
public final class Standby implements AutoCloseable {

  /// The variable that tells a router how to start its standby; one started by hand has none. In
  /// Segue's own environment it may say [#NONE].
  public static final String COMMAND = "SEGUE_ROUTER_STANDBY";

  public static final String NONE = "none";

  private static final Logger LOG = System.getLogger(Standby.class.getName());
  private static final long AGAIN_SECONDS = 5;
  private static final Duration ROUTER_STOP = Duration.ofSeconds(45);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final AppProcess process;
  private final CountDownLatch over = new CountDownLatch(1);

  Standby(String command, Path state) {
    this.process = process(command, Path.of("").toAbsolutePath(), state);
  }

  /// The standby of a state directory, whoever started it.
  public static AppProcess process(String command, Path dir, Path state) {
    return AppProcess.standby("router", command, dir, state, STOP);
  }

  /// The router's own process.
  public static AppProcess router(String command, Path dir, Path state) {
    return AppProcess.own("router", command, dir, state, ROUTER_STOP);
  }

  /// Whether there is a process that serves, or that is about to. The standby is looked for first,
  /// because it may become the router between the two looks.
  public static boolean someoneRuns(Path state) {
    Path here = Path.of("").toAbsolutePath();
    return process("", here, state).running().isPresent()
        || router("", here, state).running().isPresent();
  }

  /// Makes this process, the standby, the router for everybody who looks for one.
  ///
  /// @return false when it is not the standby any more
  static boolean becomesRouter(Path state) {
    Path here = Path.of("").toAbsolutePath();
    AppProcess standby = process("", here, state);
    long me = ProcessHandle.current().pid();
    if (standby.running().filter(identity -> identity.pid() == me).isEmpty()) {
      return false;
    }
    try {
      standby.takesThePlaceOf(router("", here, state));
    } catch (IOException e) {
      LOG.log(Level.ERROR, "serving, but not to be found as the router's process", e);
    }
    return true;
  }

  /// Starts one now, and another whenever it ends.
  void begin() {
    Thread.ofPlatform().daemon().name("standby").start(this::keep);
  }

  private void keep() {
    try {
      do {
        try {
          start().ifPresent(standby -> standby.onExit().join());
        } catch (SegueException e) {
          LOG.log(Level.WARNING, "nobody stands by: {0}", e.getMessage());
        }
      } while (!over.await(AGAIN_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One that an earlier router has left waits for the same lock and is as good.
  private synchronized Optional<ProcessHandle> start() {
    if (over.getCount() == 0) {
      return Optional.empty();
    }
    Identity identity = process.running().orElseGet(() -> process.start(Map.of()));
    return ProcessHandle.of(identity.pid());
  }

  /// Returns when it is gone.
  @Override
  public synchronized void close() {
    over.countDown();
    try {
      process.stop(Waiting.plain());
    } catch (SegueException e) {
      LOG.log(Level.ERROR, "the standby does not end", e);
    }
  }
}
