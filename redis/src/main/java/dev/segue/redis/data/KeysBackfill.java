package dev.segue.redis.data;

import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.Facts;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.redis.conversion.Conversions;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// All that is done with one selection of keys.
public record KeysBackfill(RedisTarget target, Backfill.Keys backfill) {

  public static KeysBackfill of(Change change, Backfill.Keys backfill) {
    return new KeysBackfill(Objects.requireNonNull(change.data().redis()), backfill);
  }

  /// Of a change, in its order.
  public static List<KeysBackfill> of(Change change) {
    return change.data().backfills().stream()
        .filter(Backfill.Keys.class::isInstance)
        .map(Backfill.Keys.class::cast)
        .map(keys -> of(change, keys))
        .toList();
  }

  private Task task() {
    return new Task(target, backfill, Conversions.of(backfill));
  }

  /// Before the new version starts, and once the old one is gone.
  public List<Step> steps() {
    return KeysBackfillStep.of(task(), Attendance.USUAL);
  }

  public GateCheck gate() {
    return new KeysGate(task());
  }

  public Stats stats(Looking looking) {
    return new Inspection(task(), looking, RandomGenerator.getDefault()).stats();
  }

  public Verification verify(Looking looking) {
    return new Inspection(task(), looking, RandomGenerator.getDefault()).verify();
  }

  /// Tries again only what could not be converted.
  public Facts again(StepContext context) {
    return new KeysBackfillStep(task(), Attendance.USUAL).again(context);
  }
}
