package dev.segue.redis.data;

import dev.segue.change.Backfill;
import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.BatchTime;
import dev.segue.change.FailurePolicy;
import dev.segue.change.Place;
import dev.segue.change.RedisTarget;
import dev.segue.change.Where;
import dev.segue.redis.conversion.Conversion;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tests ask for.
final class Tasks {

  static final FailurePolicy SKIP =
      new FailurePolicy(FailurePolicy.Mode.LOG_AND_SKIP, null, 1_000_000, 0);

  private Tasks() {}

  static RedisTarget target(int port) {
    return new RedisTarget("127.0.0.1", port, 0, null, null, null, RedisTarget.Layout.AUTO);
  }

  static Task hashes(int port, Backfill.Keep keep) {
    return task(port, keep, Backfill.Shape.HASH, Labelled.TWO, SKIP, 500);
  }

  static Task documents(int port) {
    return task(port, Backfill.Keep.AUTO, Backfill.Shape.JSON_TEXT, Labelled.DOCUMENT, SKIP, 500);
  }

  static Task task(
      int port,
      Backfill.Keep keep,
      Backfill.Shape shape,
      Conversion conversion,
      FailurePolicy failures,
      int maxBatch) {
    return new Task(
        target(port),
        new Backfill.Keys(
            new Where(new Place("change.yaml", 1, 1), Map.of()),
            "labels",
            new Backfill.KeySelection(List.of("m:*"), null, shape),
            List.of(),
            pace(maxBatch),
            failures,
            keep),
        conversion);
  }

  static BackfillPace pace(int maxBatch) {
    return pace(maxBatch, null);
  }

  static BackfillPace pace(int maxBatch, @Nullable Double maxMemory) {
    return new BackfillPace(
        1, BatchTime.OF_KEYS, maxBatch, Limits.ofKeys(null, null, maxMemory, null), null);
  }

  /// That may do nothing within an hour of a moment.
  static Task quietAround(Task task, Instant moment) {
    LocalTime time = LocalTime.ofInstant(moment, ZoneOffset.UTC);
    BackfillPace.Quiet quiet =
        new BackfillPace.Quiet(time.minusHours(1), time.plusHours(1), ZoneOffset.UTC);
    BackfillPace pace = task.backfill().pace().with(0.05, quiet);
    return new Task(task.target(), task.backfill().withPace(pace), task.conversion());
  }

  static KeysBackfillStep step(Task task) {
    return new KeysBackfillStep(task, new Attendance(Duration.ofSeconds(20)));
  }
}
