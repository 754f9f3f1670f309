package dev.segue.redis.backup;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.shelf.Shelf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Backs Redis up, and proves it, before anything is touched. It outlives a way back: then it is
/// wanted most.
public final class RedisBackupStep implements Step {

  /// Its id; the fact `path` of it names the backup.
  public static final String ID = "backup-redis";

  private final Job job;

  private RedisBackupStep(Job job) {
    this.job = job;
  }

  /// Nothing where the change file asks for no backup of Redis.
  public static Optional<Step> of(Change change, Workspace workspace) {
    return Job.of(change, workspace).map(RedisBackupStep::new);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.BACKUP;
  }

  @Override
  public boolean stays() {
    return true;
  }

  @Override
  public PlannedStep describe() {
    String proof =
        switch (job.settings().verify()) {
          case LOAD -> ", load it into a scratch server and compare";
          case CHECKSUM -> " and check it against its checksum";
        };
    return new PlannedStep(
        id(),
        stage(),
        "Back up %s to %s%s".formatted(job.target().shown(), job.settings().to(), proof),
        List.of(
            new Statement(
                "PSYNC ? -1", null, "of every primary node; the server forks, as for any replica")),
        "The backup stays",
        "Nothing depends on it: what is not whole ends in .partial, and is made anew");
  }

  @Override
  public Observation observe(StepContext context) {
    try {
      Shelf<Manifest> shelf = job.shelf();
      Optional<Shelf.Stored<Manifest>> stored = shelf.of(context.run());
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

  @Override
  public Facts apply(StepContext context) {
    context.fence().check();
    Shelf<Manifest> shelf = job.shelf();
    // A pause of no length: requests and the watch are heeded between two pieces of work.
    Progress progress =
        (what, done) -> {
          context.progress(what, done);
          context.pause(Duration.ZERO);
        };
    try {
      Path partial = shelf.begin(context.now());
      Facts facts = finished(context, shelf, partial, progress);
      return facts.with("older_removed", shelf.retain(job.settings().keep()));
    } catch (IOException | UncheckedIOException e) {
      throw notWritten(e);
    }
  }

  /// A backup that failed goes: it may be what fills the disk.
  private Facts finished(
      StepContext context, Shelf<Manifest> shelf, Path partial, Progress progress)
      throws IOException {
    try {
      Manifest manifest = new Making(job, context.run(), partial, progress).make(context.now());
      manifest.write(partial);
      context.fence().check();
      shelf.finish(partial);
      return new Facts(manifest.facts());
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
  @Override
  public Facts takeBack(StepContext context) {
    try {
      Shelf<Manifest> shelf = job.shelf();
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
        "The backup cannot be written to " + job.settings().to() + ": " + e,
        "Make room there, or point backup.redis.to at another directory.",
        e);
  }
}
