package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.change.Backfill;
import dev.segue.change.FailurePolicy;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.StepContext;
import dev.segue.redis.conversion.Conversion;
import java.nio.file.Path;

/// What is to be done to which keys of which server.
record Task(RedisTarget target, Backfill.Keys backfill, Conversion conversion) {

  private static final FailurePolicy ALL_ARE_LISTED =
      new FailurePolicy(FailurePolicy.Mode.LOG_AND_SKIP, null, Long.MAX_VALUE, 0);

  /// The same on the way back.
  Task hurried() {
    return new Task(target, backfill.withPace(backfill.pace().hurried()), conversion);
  }

  /// The same where what was kept goes.
  Task freeing() {
    return new Task(target, backfill.withPace(backfill.pace().freeing()), conversion);
  }

  Names names() {
    return new Names(backfill.name());
  }

  Shape shape() {
    return new Shape(backfill.keys().shape(), conversion.fields());
  }

  Turning turning(Backfill.Keep keep) {
    return new Turning(conversion, keep != Backfill.Keep.BACKUP);
  }

  Failures failures(StepContext context) {
    return new Failures(backfill.failures(), file(context, ""));
  }

  /// Of the way back, which nothing ends.
  Failures notTakenBack(StepContext context) {
    return new Failures(ALL_ARE_LISTED, file(context, "-back"));
  }

  private Path file(StepContext context, String suffix) {
    return context.directory().resolve("failed-" + backfill.name() + suffix + ".jsonl");
  }
}
