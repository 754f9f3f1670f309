package dev.segue.postgres.backup;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.shelf.Sizes;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
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
    return job.shelving().observe(context);
  }

  @Override
  public Facts apply(StepContext context) {
    return job.shelving()
        .apply(
            context,
            (partial, progress) -> new Making(job, context.run(), partial, progress).make());
  }

  @Override
  public Facts takeBack(StepContext context) {
    return job.shelving().takeBack(context);
  }
}
