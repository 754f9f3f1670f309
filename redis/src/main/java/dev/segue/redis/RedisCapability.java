package dev.segue.redis;

import dev.segue.change.Change;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.Capability;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.redis.backup.RedisBackupGate;
import dev.segue.redis.backup.RedisBackupStep;
import dev.segue.redis.data.KeysBackfill;
import dev.segue.redis.index.RedisIndexes;
import dev.segue.watch.Source;
import java.util.ArrayList;
import java.util.List;

/// What Segue does in Redis.
public final class RedisCapability implements Capability {

  @Override
  public List<GateCheck> gates(Change change, Workspace workspace) {
    List<GateCheck> gates = new ArrayList<>();
    RedisBackupGate.of(change, workspace).ifPresent(gates::add);
    KeysBackfill.of(change).stream().map(KeysBackfill::gate).forEach(gates::add);
    gates.addAll(RedisIndexes.gates(change));
    return List.copyOf(gates);
  }

  @Override
  public List<Step> steps(Change change, Workspace workspace) {
    List<Step> steps = new ArrayList<>();
    RedisBackupStep.of(change, workspace).ifPresent(steps::add);
    KeysBackfill.of(change).forEach(keys -> steps.addAll(keys.steps()));
    steps.addAll(RedisIndexes.steps(change));
    return List.copyOf(steps);
  }

  @Override
  public List<Source> sources(Change change, Workspace workspace) {
    RedisTarget target = change.data().redis();
    return target == null ? List.of() : List.of(new RedisFigures(target));
  }
}
