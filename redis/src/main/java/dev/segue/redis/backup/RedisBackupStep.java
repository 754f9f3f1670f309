package dev.segue.redis.backup;

import dev.segue.change.Change;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
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
    return job.shelving().observe(context);
  }

  @Override
  public Facts apply(StepContext context) {
    return job.shelving()
        .apply(
            context,
            (partial, progress) ->
                new Making(job, context.run(), partial, progress).make(context.now()));
  }

  @Override
  public Facts takeBack(StepContext context) {
    return job.shelving().takeBack(context);
  }
}
