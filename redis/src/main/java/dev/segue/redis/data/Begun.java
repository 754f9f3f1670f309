package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// That a run has begun to change keys, and where it keeps old values, in the run's own directory.
/// The node of a cluster that has the checkpoint may come back with older data, or with none, while
/// the others have what they were given: without the checkpoint this tells that there is something
/// to take back.
final class Begun {

  private Begun() {}

  private static Path file(Task task, StepContext context) {
    return context.directory().resolve("kept-" + task.backfill().name());
  }

  /// Before the first key is changed.
  static void note(Task task, StepContext context, Keep keep) {
    Path file = file(task, context);
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, keep.name() + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// Where old values are kept; empty when nothing has begun, or all of it is over.
  static Optional<Keep> of(Task task, StepContext context) {
    Path file = file(task, context);
    try {
      return Files.exists(file)
          ? Optional.of(Keep.valueOf(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// Nothing is kept any more, or is about to be removed by whoever has a checkpoint for that.
  static void over(Task task, StepContext context) {
    Path file = file(task, context);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static SegueException unwritable(Path file, IOException e) {
    return new SegueException(
        Kind.RESOURCES,
        "place-unwritable",
        "Where old values are kept cannot be written to, or read from, %s: %s"
            .formatted(file, e.getMessage()),
        "Make room there, or mend the rights, then run the same command again.",
        e);
  }
}
