package dev.segue.postgres.backup;

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
import dev.segue.conductor.shelf.Sizes;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Backs up what the change touches, and proves it, before anything is touched. It outlives a way
/// back: then it is wanted most.
public final class BackupStep implements Step {

  private final Job job;

  private BackupStep(Job job) {
    this.job = job;
  }

  /// Nothing where the change file asks for no backup.
  public static Optional<Step> of(Change change, Workspace workspace) {
    return Job.of(change, workspace).map(BackupStep::new);
  }

  @Override
  public String id() {
    return "backup";
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
    try (Connection snapshot = job.openSnapshot("planning the backup")) {
      Way way = Way.choose(job, Taking.version(snapshot));
      return new PlannedStep(
          id(),
          stage(),
          title(way),
          statements(way, snapshot),
          "The backup stays",
          "Nothing depends on it: what is not whole ends in .partial, and is made anew");
    } catch (SQLException e) {
      throw Sql.failed("planning the backup", e);
    }
  }

  private String title(Way way) {
    String what = job.tables().isEmpty() ? "the database" : String.join(", ", job.tables());
    String how =
        switch (way) {
          case Way.Dump _ -> "Back up the whole database";
          case Way.Snapshot _ -> "Back up " + what;
        };
    String proof =
        switch (job.settings().verify()) {
          case RESTORE -> ", restore it to a scratch database and compare";
          case LIST -> " and read it through";
        };
    return how + " to " + job.settings().to() + proof;
  }

  private List<Statement> statements(Way way, Connection snapshot) throws SQLException {
    return switch (way) {
      case Way.Dump dump ->
          List.of(
              new Statement(
                  String.join(" ", Taking.dumpCommand("…", "…/" + Taking.DUMP)),
                  "ACCESS SHARE on every table",
                  dump.why()));
      case Way.Snapshot chosen ->
          tables(snapshot).stream()
              .map(table ->
                  new Statement(
                      Taking.copyCommand(
                          table.name(), table.columns(), table.binary(), "TO STDOUT"),
                      "ACCESS SHARE on " + table.name(),
                      "%s, %s: %s"
                          .formatted(way.words(), Sizes.words(table.bytes()), chosen.why())))
              .toList();
    };
  }

  private List<Contents.Table> tables(Connection snapshot) throws SQLException {
    try {
      return Contents.read(snapshot, job.tables()).tables();
    } catch (SegueException e) {
      if (TableFacts.areMissing(e)) {
        return List.of(); // the schema's own step tells, with the place in the file
      }
      throw e;
    }
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
      Manifest manifest = new Making(job, context.run(), partial, progress).make();
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
        "Make room there, or point backup.postgres.to at another directory.",
        e);
  }
}
