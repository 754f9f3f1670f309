package dev.segue.conductor.shelf;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.StepContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a step does that puts a backup on a shelf, whatever the backup is taken of.
///
/// @param <L> what a backup says of itself
/// @param place where the shelf is, for people
/// @param key of the change file that names it
/// @param keep so many whole ones stay
public record Shelving<L extends Label>(Shelf<L> shelf, Path place, String key, int keep) {

  /// Takes a backup, and proves it.
  @FunctionalInterface
  public interface Making<L> {
    /// @return what it says of itself; not written yet
    L into(Path partial, Progress progress) throws IOException;
  }

  public Observation observe(StepContext context) {
    try {
      Optional<Shelf.Stored<L>> stored = shelf.of(context.run());
      if (stored.isPresent()) {
        return new Observation.Present(new Facts(stored.get().label().facts()));
      }
      List<Path> partials = shelf.partials();
      return partials.isEmpty()
          ? Observation.ABSENT
          : new Observation.Partial("an unfinished backup, " + partials.getFirst(), true);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  public Facts apply(StepContext context, Making<L> making) {
    context.fence().check();
    try {
      Path partial = shelf.begin(context.now());
      Facts facts = finished(context, partial, making);
      return facts.with("older_removed", shelf.retain(keep));
    } catch (IOException | UncheckedIOException e) {
      throw notWritten(e);
    }
  }

  /// A backup that failed goes: it may be what fills the disk.
  private Facts finished(StepContext context, Path partial, Making<L> making) throws IOException {
    // A pause of no length: requests and the watch are heeded between two pieces of work.
    Progress progress =
        (what, done) -> {
          context.progress(what, done);
          context.pause(Duration.ZERO);
        };
    try {
      L label = making.into(partial, progress);
      label.write(partial);
      context.fence().check();
      shelf.finish(partial);
      return new Facts(label.facts());
    } catch (IOException | RuntimeException e) {
      try {
        shelf.removePartial(partial);
      } catch (IOException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  /// Asked only where a person insists: the backup itself stays.
  public Facts takeBack(StepContext context) {
    try {
      for (Path partial : shelf.partials()) {
        shelf.removePartial(partial);
      }
      return shelf
          .of(context.run())
          .map(stored -> Facts.of("kept", stored.path().toString()))
          .orElse(Facts.NONE);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private SegueException notWritten(Exception e) {
    return new SegueException(
        Kind.RESOURCES,
        "backup-not-written",
        "The backup cannot be written to " + place + ": " + e,
        "Make room there, or point " + key + " at another directory.",
        e);
  }
}
