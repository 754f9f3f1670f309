package dev.segue.delivery.process;

import dev.segue.change.AppVersion;
import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A process that outlives whoever started it: in a session of its own, its output in a log file,
/// its identity in a file that it writes itself before it becomes the program. So one start leaves
/// at most one process, whenever its starter is killed, and every later conductor finds it.
public final class AppProcess {

  private static final Duration START = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final int ALREADY_THERE = 73;
  private static final int NOT_WRITTEN = 74;
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /// Becomes the program after it has written who it is. The hard link makes the file appear whole
  /// and only where none is: of two starts at once, one gives up.
  private static final String BECOME =
      """
      segue_file=$1
      segue_umask=$(umask)
      umask 077
      segue_boot=-
      if [ -r /proc/sys/kernel/random/boot_id ]; then
        read -r segue_boot < /proc/sys/kernel/random/boot_id
      fi
      set -- $(cat /proc/$$/stat 2>/dev/null)
      segue_end=0
      if echo "$$ ${22:--} $segue_boot" > "$segue_file.$$"; then
        ln "$segue_file.$$" "$segue_file" || { segue_end=74; [ -e "$segue_file" ] && segue_end=73; }
      else
        segue_end=74
      fi
      rm -f "$segue_file.$$"
      [ $segue_end = 0 ] || exit $segue_end
      umask "$segue_umask"
      set --
      unset segue_file segue_boot segue_end segue_umask
      """;

  private final Path run;
  private final Path logs;
  private final Path pidFile;
  private final Path log;
  private final String command;
  private final Path dir;
  private final Map<String, String> env;
  private final Duration stop;
  private final boolean kill;
  private final Orders orders;
  private @Nullable Process child;
  private long logStart;

  private AppProcess(
      Path state,
      String name,
      String logName,
      String command,
      Path dir,
      Map<String, String> env,
      Duration stop,
      boolean kill,
      Orders orders) {
    this.run = state.resolve("run").toAbsolutePath();
    this.logs = state.resolve("logs").toAbsolutePath();
    this.pidFile = run.resolve(name + ".pid");
    this.log = logs.resolve(logName + ".log");
    this.command = command;
    this.dir = dir;
    this.env = env;
    this.stop = stop;
    this.kill = kill;
    this.orders = orders;
  }

  /// A version of the application. It is known by its port: what one change started as its new
  /// version, the next one finds as its old.
  ///
  /// @param orders by which it is started and stopped
  public static AppProcess of(AppVersion version, Path state, Orders orders) {
    Map<String, String> env = new HashMap<>();
    version.env().forEach((name, value) -> env.put(name, value.reveal()));
    return new AppProcess(
        state,
        "app-" + version.port(),
        "app-" + version.port(),
        version.command(),
        version.dir(),
        env,
        version.stop(),
        version.kill(),
        orders);
  }

  /// A process of Segue's own.
  public static AppProcess own(String name, String command, Path dir, Path state, Duration stop) {
    return new AppProcess(state, name, name, command, dir, Map.of(), stop, false, Orders.free());
  }

  /// A process that waits to take the place of the [#own] one with this name, in the same log. It
  /// has nothing that could be lost: SIGKILL follows where SIGTERM does not do.
  public static AppProcess standby(
      String name, String command, Path dir, Path state, Duration stop) {
    return new AppProcess(
        state, name + "-standby", name, command, dir, Map.of(), stop, true, Orders.free());
  }

  /// From now on the standby is found where the one was whose place it takes.
  public void takesThePlaceOf(AppProcess dead) throws IOException {
    Files.move(pidFile, dead.pidFile, StandardCopyOption.ATOMIC_MOVE);
  }

  /// The process, when it runs and was started from here, by whichever conductor.
  public Optional<Identity> running() {
    return Identity.read(pidFile).filter(identity -> identity.runs(pidFile));
  }

  /// The process, when it was started from here and has ended without being asked to.
  public Optional<Identity> died() {
    return Identity.read(pidFile).filter(identity -> !identity.runs(pidFile));
  }

  /// Starts it.
  ///
  /// @param marks set in its environment besides its own
  /// @throws SegueException when it runs already, or ends before it is the program
  public Identity start(Map<String, String> marks) {
    running()
        .ifPresent(identity -> {
          throw alreadyThere("pid " + identity.pid());
        });
    try {
      Private.createDirectories(run);
      Private.createDirectories(logs);
      Private.touch(log);
      Files.deleteIfExists(pidFile); // of a process that has ended
      logStart = Files.size(log);
    } catch (IOException e) {
      throw notWritten(Private.words(e));
    }
    try {
      Process started = orders.carryOut(builder(marks)::start);
      child = started;
      return awaitIdentity(started);
    } catch (IOException e) {
      throw new SegueException(
          Kind.EXTERNAL,
          "process-not-started",
          "Cannot start '" + command + "' in " + dir + ": " + e.getMessage(),
          "Check the command and its directory in the change file.",
          e);
    }
  }

  private ProcessBuilder builder(Map<String, String> marks) {
    // A session of its own: the terminal's Ctrl-C and hang-up do not reach it.
    boolean session = SETSID.toFile().canExecute();
    String script = (session ? "" : "trap '' INT HUP\n") + BECOME + "exec " + command;
    List<String> words = new ArrayList<>();
    if (session) {
      words.add(SETSID.toString());
    }
    words.addAll(List.of("sh", "-c", script, "segue", pidFile.toString()));
    ProcessBuilder builder = new ProcessBuilder(words).directory(dir.toFile());
    builder.environment().putAll(marks);
    builder.environment().putAll(env);
    return builder
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  private Identity awaitIdentity(Process started) throws IOException {
    long end = System.nanoTime() + START.toNanos();
    try {
      while (System.nanoTime() - end < 0) {
        Optional<Identity> identity = Identity.read(pidFile);
        if (identity.isPresent()) {
          return identity.get();
        }
        if (started.waitFor(10, TimeUnit.MILLISECONDS)) {
          if (started.exitValue() == ALREADY_THERE) {
            throw alreadyThere("started by someone else at this moment");
          }
          if (started.exitValue() == NOT_WRITTEN) {
            throw notWritten(Private.complaint(run).orElse("the reason is gone by now"));
          }
          throw ended();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    started.destroyForcibly(); // nobody would find it
    throw new IOException("it wrote no " + pidFile + " within " + Durations.format(START));
  }

  private SegueException notWritten(String why) {
    return new SegueException(
        Kind.RESOURCES,
        "state-directory",
        "'%s' was not started, because %s cannot be written: %s".formatted(command, pidFile, why),
        "Make room there, or mend its rights; then run the same command.");
  }

  private SegueException alreadyThere(String who) {
    return new SegueException(
        Kind.REFUSED, "already-running", "'" + command + "' runs already: " + who, null);
  }

  /// Says that it has ended, with the exit code where that is known, and what it said last.
  public SegueException ended() {
    Process started = child;
    String code =
        started != null && !started.isAlive() ? " with exit code " + started.exitValue() : "";
    return new SegueException(
        Kind.EXTERNAL,
        "process-ended",
        "'"
            + command
            + "'"
            + died().map(identity -> ", pid " + identity.pid() + ",").orElse("")
            + " ended by itself"
            + code
            + "; its last lines:\n"
            + lastLines(),
        "The whole log is in " + log);
  }

  /// Asks it to end by SIGTERM, and by SIGKILL only where the change file says so. Does nothing
  /// when it does not run.
  ///
  /// @throws SegueException when it still runs after its time
  public void stop(Waiting waiting) {
    Optional<Identity> identity = running();
    if (identity.isPresent()) {
      signal(identity.get(), ProcessHandle::destroy);
      boolean gone = waiting.until(() -> running().isEmpty(), stop, LOOK);
      if (!gone && kill) {
        signal(identity.get(), ProcessHandle::destroyForcibly);
        gone = waiting.until(() -> running().isEmpty(), START, LOOK);
      }
      if (!gone) {
        throw stillRuns(identity.get());
      }
    }
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(Identity identity, Predicate<ProcessHandle> signal) {
    orders.carryOut(() -> ProcessHandle.of(identity.pid()).filter(signal));
  }

  private SegueException stillRuns(Identity identity) {
    return new SegueException(
        Kind.EXTERNAL,
        "still-running",
        "pid %d ('%s') still runs %s after SIGTERM"
            .formatted(identity.pid(), command, Durations.format(stop)),
        "Look at "
            + log
            + "; stop it by hand, or give it more time with 'stop:' or allow SIGKILL with 'kill: true'.");
  }

  public Path log() {
    return log;
  }

  /// What it said last, at most ten lines, since it was started here.
  public String lastLines() {
    return LogTail.of(log, logStart);
  }
}
