package dev.segue.redis.backup;

import dev.segue.change.Change;
import dev.segue.change.RedisBackup;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.shelf.Shelf;
import dev.segue.conductor.shelf.Shelving;
import java.util.Map;
import java.util.Optional;

/// What a change asks to be backed up.
///
/// @param environment the process's
record Job(
    String change, RedisTarget target, RedisBackup settings, Map<String, String> environment) {

  private static final String ENDING = ".redis";

  static Optional<Job> of(Change change, Workspace workspace) {
    RedisTarget target = change.data().redis();
    RedisBackup settings = change.backup() == null ? null : change.backup().redis();
    return target == null || settings == null
        ? Optional.empty()
        : Optional.of(new Job(change.name(), target, settings, workspace.environment()));
  }

  Shelving<Manifest> shelving() {
    Shelf<Manifest> shelf =
        new Shelf<>(settings.to(), change, target.shown(), ENDING, Manifest::read);
    return new Shelving<>(shelf, settings.to(), "backup.redis.to", settings.keep());
  }
}
