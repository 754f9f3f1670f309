package dev.segue.delivery.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Which process it is, so that a number used again by the system is never mistaken for it.
///
/// @param pid the process's number
/// @param start when it was started, in the kernel's ticks since boot; `-` where there is no /proc
/// @param boot which boot of the machine; `-` where there is no /proc
public record Identity(long pid, String start, String boot) {

  private static final String UNKNOWN = "-";
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /// What a process wrote about itself: `PID START BOOT`. Empty when there is no such file or it is
  /// torn.
  static Optional<Identity> read(Path file) {
    try {
      List<String> words = List.of(Files.readString(file).strip().split(" "));
      return words.size() == 3 && words.getFirst().matches("\\d{1,18}")
          ? Optional.of(new Identity(Long.parseLong(words.get(0)), words.get(1), words.get(2)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether this very process still runs. One that has ended and was not yet collected by its
  /// parent does not.
  ///
  /// @param file where it wrote its identity; where the kernel does not tell start times exactly, a
  ///   process started after the file was written is another one
  boolean runs(Path file) {
    return start.equals(UNKNOWN)
        ? startedBefore(file)
        : start.equals(ticks()) && boot.equals(thisBoot());
  }

  private boolean startedBefore(Path file) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(p -> p.info().startInstant())
        .filter(started -> !started.isAfter(written(file)))
        .isPresent();
  }

  private static Instant written(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The start time of whatever has this number now; empty when nothing alive has it.
  private String ticks() {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The second field is the program's name in parentheses and may hold anything.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
      boolean ended = fields.getFirst().equals("Z") || fields.getFirst().equals("X");
      return ended && !hasThreads() ? "" : fields.get(19);
    } catch (IOException e) {
      return ""; // gone; also when it ends while its file is being read
    }
  }

  /// A process whose first thread has ended still holds its ports until its last one has.
  private boolean hasThreads() {
    String[] threads = Path.of("/proc/" + pid + "/task").toFile().list();
    return threads != null && threads.length > 1;
  }

  private static String thisBoot() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
