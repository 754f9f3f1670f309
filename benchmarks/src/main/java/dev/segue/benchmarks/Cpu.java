package dev.segue.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.LongStream;

/// Time on the processors, of the server and of this process together: it hardly changes when
/// others keep them busy. Linux only.
///
/// @param postmaster the server's process, whose children count with it; 0: unknown
record Cpu(long postmaster) {

  private static final double TICKS_PER_SECOND = 100;
  private static final int OWN = 11;
  private static final int OF_ENDED_CHILDREN = 13;

  /// @param backend the pid of any session of the server
  static Cpu of(long backend) {
    return new Cpu(
        ProcessHandle.of(backend)
            .flatMap(ProcessHandle::parent)
            .map(ProcessHandle::pid)
            .orElse(0L));
  }

  /// Seconds since everything began; 0 where it cannot be told.
  double seconds() {
    if (postmaster == 0 || !Files.exists(Path.of("/proc/self/stat"))) {
      return 0;
    }
    LongStream children =
        ProcessHandle.of(postmaster).stream()
            .flatMap(ProcessHandle::children)
            .mapToLong(ProcessHandle::pid);
    long own =
        LongStream.concat(LongStream.of(postmaster, ProcessHandle.current().pid()), children)
            .map(pid -> ticks(pid, OWN))
            .sum();
    return (own + ticks(postmaster, OF_ENDED_CHILDREN)) / TICKS_PER_SECOND;
  }

  /// Two fields behind the process's name, which may hold blanks.
  private static long ticks(long pid, int field) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1]);
    } catch (NoSuchFileException e) {
      return 0; // ended between the two looks: its parent has its time
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
