package dev.segue.change;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the parts of a change must agree on. A part that is not sound by itself is left out of it.
final class Agreement {

  private final Fields change;

  private Agreement(Fields change) {
    this.change = change;
  }

  static void check(Fields change) {
    if (change.mapping()) {
      new Agreement(change).check();
    }
  }

  private void check() {
    boolean noOperation = change.find(ChangeSection.SCHEMA).map(List::isEmpty).orElse(false);
    if (noOperation
        && empty(ChangeSection.BACKFILL)
        && empty(ChangeSection.REDIS_INDEXES)
        && !change.has(ChangeSection.DEPLOY)) {
      change.problem("nothing changes: write 'schema', 'backfill', 'redis-indexes' or 'deploy'");
    }
    if (!change.has(ChangeSection.POSTGRES)) {
      withoutPostgres(!noOperation);
    }
    if (!change.has(ChangeSection.DEPLOY)) {
      withoutDeploy();
    }
    change
        .find(ChangeSection.SCHEMA)
        .ifPresent(operations -> SchemaSection.check(operations, change));
    data();
    deadMan();
    contract();
  }

  private <T> boolean empty(Key<List<T>> key) {
    return change.find(key).map(List::isEmpty).orElse(false);
  }

  private void data() {
    List<Backfill> backfills = change.find(ChangeSection.BACKFILL).orElse(List.of());
    List<RedisIndex> indexes = change.find(ChangeSection.REDIS_INDEXES).orElse(List.of());
    for (Backfill backfill : backfills) {
      switch (backfill) {
        case Backfill.Keys keys -> needed(ChangeSection.REDIS, keys.where(), "keys", "model");
        case Backfill.Rows rows -> needed(ChangeSection.POSTGRES, rows.where(), "table");
      }
      wayBack(backfill);
    }
    indexes.forEach(index -> needed(ChangeSection.REDIS, index.where(), "name"));
    BackfillSection.check(backfills, change);
    OverridesSection.check(change, backfills);
    RedisIndexSection.check(indexes, change);
  }

  private void wayBack(Backfill backfill) {
    Optional<Backup> backup = change.find(ChangeSection.BACKUP);
    String missing =
        switch (backfill) {
          case Backfill.Keys _ -> backup.map(Backup::redis).isPresent() ? "" : "backup.redis";
          case Backfill.Rows _ -> backup.map(Backup::postgres).isPresent() ? "" : "backup.postgres";
        };
    if (backfill.keep() == Backfill.Keep.BACKUP && !missing.isEmpty()) {
      change.problem(
          backfill.where().of("keep"),
          "backfill.keep",
          "the way back would be a backup, and none is made: '" + missing + "' is missing");
    }
  }

  private void needed(Key<?> server, Where where, String... keys) {
    if (!change.has(server)) {
      String key = Stream.of(keys).filter(where.keys()::containsKey).findFirst().orElse("");
      change.problem(
          where.of(key), "", "there is no server to ask: '" + server.name() + "' is missing");
    }
  }

  private void withoutPostgres(boolean operations) {
    if (operations) {
      change.problem("a schema can only change in a database: 'postgres' is missing", "schema");
    }
    if (change.has("backup", "postgres")) {
      change.problem(
          "there is no database to back up: 'postgres' is missing", "backup", "postgres");
    }
    if (change.find(ChangeSection.REHEARSAL).filter(Rehearsal::enabled).isPresent()
        && change.has(ChangeSection.REHEARSAL)) {
      change.problem("there is no database to rehearse on: 'postgres' is missing", "rehearsal");
    }
    for (Check check : change.find(ChangeSection.VERIFY).orElse(List.of())) {
      if (check instanceof Check.Sql sql) {
        change.problem(
            sql.expect().at(), "verify.sql", "there is no database to ask: 'postgres' is missing");
      }
    }
  }

  private void withoutDeploy() {
    if (change.has(ChangeSection.WATCH)) {
      change.problem("there is no new version to watch: 'deploy' is missing", "watch");
    }
    for (Check check : change.find(ChangeSection.VERIFY).orElse(List.of())) {
      if (check instanceof Check.Http http && http.get().startsWith("/")) {
        change.problem(
            http.expect().at(),
            "verify.http",
            "a path is asked of the router, and 'deploy' is missing; write a whole URL");
      }
    }
  }

  private void deadMan() {
    Optional<Duration> every = change.find(ChangeSection.WATCH).map(w -> w.get(WatchSection.EVERY));
    Optional<Duration> deadMan = change.find(ChangeSection.DEPLOY).map(Deploy::deadMan);
    if (every.isEmpty() || deadMan.isEmpty() || deadMan.get().compareTo(every.get()) > 0) {
      return;
    }
    String message =
        "each sample of the watch (every %s) renews the dead man's switch (%s), which must be longer"
            .formatted(Durations.format(every.get()), Durations.format(deadMan.get()));
    if (change.has("deploy", "dead-man")) {
      change.problem(message, "deploy", "dead-man");
    } else {
      change.problem(message, "watch", "every");
    }
  }

  private void contract() {
    Optional<Duration> after = change.find(ChangeSection.CONTRACT).map(Contract::after);
    Optional<Duration> byHand = change.find(ChangeSection.ROLLBACK).map(RollbackWindows::byHand);
    if (after.isEmpty() || byHand.isEmpty() || after.get().compareTo(byHand.get()) >= 0) {
      return;
    }
    String message =
        "the contract would come after %s, while rollback.by-hand keeps the way back open for %s"
            .formatted(Durations.format(after.get()), Durations.format(byHand.get()));
    if (change.has("contract", "after")) {
      change.problem(message, "contract", "after");
    } else {
      change.problem(message, "rollback", "by-hand");
    }
  }
}
