package dev.segue.conductor.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// A process among all processes of all machines, as far as that can be told.
///
/// @param machine equal only where process ids mean the same: on Linux the boot and the process
///   namespace, since containers may share a host's name
/// @param started tells the process from a later one with the same id: on Linux in clock ticks
///   since boot, elsewhere in milliseconds since 1970
record Identity(String host, String machine, long pid, long started, String user) {

  private static final Path PROC = Path.of("/proc");
  private static final long NOT_THERE = -1;

  static Identity mine() {
    long pid = ProcessHandle.current().pid();
    return new Identity(hostName(), machineName(), pid, started(pid), userName());
  }

  /// Whether the process is certainly dead, seen from here. False whenever that cannot be known.
  boolean dead() {
    // Where other users' processes are hidden, only one's own can be missed.
    boolean visible = user.equals(userName()) || userName().equals("root");
    return visible && machine.equals(machineName()) && started(pid) != started;
  }

  private static boolean linux() {
    return Files.exists(PROC.resolve("self/stat"));
  }

  private static long started(long pid) {
    if (!linux()) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .map(p -> p.info().startInstant().map(Instant::toEpochMilli).orElse(0L))
          .orElse(NOT_THERE);
    }
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"));
      // The name, in parentheses, may hold anything; the third field follows the last of them.
      String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean ended = fromThird[0].equals("Z") || fromThird[0].equals("X");
      return ended ? NOT_THERE : Long.parseLong(fromThird[22 - 3]);
    } catch (IOException gone) {
      return NOT_THERE;
    }
  }

  private static String machineName() {
    if (!linux()) {
      return hostName();
    }
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hostName() {
    try {
      Path name = PROC.resolve("sys/kernel/hostname");
      return Files.exists(name)
          ? Files.readString(name).strip()
          : InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "localhost";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String userName() {
    return System.getProperty("user.name", "?");
  }
}
