package dev.segue.redis;

import dev.segue.backfill.Store;
import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.redis.data.KeysBackfill;

/// Keys of Redis, before and after they get a new form.
public final class RedisStore implements Store {

  @Override
  public boolean holds(Backfill backfill) {
    return backfill instanceof Backfill.Keys;
  }

  @Override
  public Stats stats(Change change, Workspace workspace, Backfill backfill, Looking looking) {
    return keys(change, backfill).stats(looking);
  }

  @Override
  public Verification verify(
      Change change, Workspace workspace, Backfill backfill, Looking looking) {
    return keys(change, backfill).verify(looking);
  }

  @Override
  public Facts again(StepContext context, Change change, Workspace workspace, Backfill backfill) {
    return keys(change, backfill).again(context);
  }

  private static KeysBackfill keys(Change change, Backfill backfill) {
    return switch (backfill) {
      case Backfill.Keys keys -> KeysBackfill.of(change, keys);
      case Backfill.Rows rows -> throw new IllegalArgumentException(rows.name());
    };
  }
}
