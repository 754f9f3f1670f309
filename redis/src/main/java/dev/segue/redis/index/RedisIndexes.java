package dev.segue.redis.index;

import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import java.util.ArrayList;
import java.util.List;

/// The door: what a change asks of the query engine's indexes.
public final class RedisIndexes {

  private RedisIndexes() {}

  public static List<GateCheck> gates(Change change) {
    RedisTarget target = change.data().redis();
    return target == null || change.data().indexes().isEmpty()
        ? List.of()
        : List.of(new IndexGate(target, change.data().indexes()));
  }

  /// To stand after the backfills: what they have done need not be indexed twice.
  public static List<Step> steps(Change change) {
    RedisTarget target = change.data().redis();
    List<Step> steps = new ArrayList<>();
    if (target != null) {
      // The old version goes on writing in the old form, which is caught when it is gone.
      boolean mixed =
          change.deploy() != null
              && change.data().backfills().stream().anyMatch(Backfill.Keys.class::isInstance);
      for (RedisIndex index : change.data().indexes()) {
        steps.add(new IndexStep(target, index, mixed));
        if (index.alias() != null) {
          steps.add(new AliasStep(target, index, index.alias()));
        }
        if (index.replaces() != null) {
          steps.add(new DropStep(target, index, index.replaces()));
        }
      }
    }
    return List.copyOf(steps);
  }
}
