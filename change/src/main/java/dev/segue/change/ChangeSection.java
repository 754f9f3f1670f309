package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The whole file.
final class ChangeSection {

  static final Key<String> CHANGE =
      required(
          "change",
          Scalars.pattern(
              "a name",
              "^[a-z0-9][a-z0-9-]{0,49}$",
              "is no name for a change: write up to 50 of a-z, 0-9 and -, not beginning with -"),
          "What the change is called; its journal and lease go by this name.");
  private static final Key<String> SUMMARY =
      optional("summary", Scalars.TEXT, "What it is about, in a sentence, for reports.");
  static final Key<PostgresTarget> POSTGRES =
      optional("postgres", PostgresSection.POSTGRES, "The database that changes.");
  static final Key<RedisTarget> REDIS =
      optional("redis", RedisSection.REDIS, "The Redis server whose data changes.");
  private static final Key<List<Gate>> GATES =
      optional(
          "gates",
          new ListForm<>(GateSection.GATE, 0),
          "[]",
          "What must hold before the change may begin.");
  static final Key<Rehearsal> REHEARSAL =
      optional(
          "rehearsal",
          new RehearsalForm(),
          "{}",
          "Where the application's statements come from, to be tried before anything is touched;"
              + " or off.");
  static final Key<Backup> BACKUP =
      optional("backup", BackupSection.BACKUP, "A backup taken and proved before the first step.");
  static final Key<List<SchemaOperation>> SCHEMA =
      optional(
          "schema",
          new ListForm<>(SchemaSection.OPERATION, 0),
          "[]",
          "What changes in the database, in this order.");
  static final Key<List<Backfill>> BACKFILL =
      optional(
          "backfill",
          new ListForm<>(BackfillSection.BACKFILL, 0),
          "[]",
          "Data that gets a new form while it is used, in this order.");
  static final Key<List<RedisIndex>> REDIS_INDEXES =
      optional(
          "redis-indexes",
          new ListForm<>(RedisIndexSection.INDEX, 0),
          "[]",
          "Indexes of Redis' query engine, made anew beside the old ones.");
  static final Key<Deploy> DEPLOY =
      optional("deploy", DeploySection.DEPLOY, "How the new version takes the old one's place.");
  static final Key<List<Check>> VERIFY =
      optional(
          "verify", new ListForm<>(CheckSection.CHECK, 0), "[]", "Smoke tests after the switch.");
  static final Key<Fields> WATCH =
      optional(
          "watch",
          WatchSection.WATCH,
          "What is watched after the switch, and what turns the change around.");

  private static final Key<Duration> AUTOMATIC =
      optional(
          "automatic",
          Scalars.DURATION,
          "5m",
          "How long after the switch Segue goes back by itself.");
  private static final Key<Duration> BY_HAND =
      optional(
          "by-hand",
          Scalars.DURATION,
          "30m",
          "How long after the switch a person may ask to go back without --force.");
  static final Key<RollbackWindows> ROLLBACK =
      optional(
          "rollback",
          MappingForm.of(
                  f -> new RollbackWindows(f.get(AUTOMATIC), f.get(BY_HAND)), AUTOMATIC, BY_HAND)
              .checking(ChangeSection::checkWindows, AUTOMATIC, BY_HAND),
          "{}",
          "How long the way back stays open.");

  private static final Key<Duration> AFTER =
      optional(
          "after",
          Scalars.DURATION,
          "24h",
          "Time since the switch after which it is done without anybody asking.");
  static final Key<Contract> CONTRACT =
      optional(
          "contract",
          MappingForm.of(f -> new Contract(f.get(AFTER)), AFTER),
          "{}",
          "When the one step that cannot be taken back may come.");

  static final MappingForm<Change> FORM =
      MappingForm.of(
          ChangeSection::change,
          CHANGE,
          SUMMARY,
          POSTGRES,
          REDIS,
          GATES,
          REHEARSAL,
          BACKUP,
          SCHEMA,
          BACKFILL,
          REDIS_INDEXES,
          DEPLOY,
          VERIFY,
          WATCH,
          ROLLBACK,
          CONTRACT,
          OverridesSection.OVERRIDES);

  private ChangeSection() {}

  private static void checkWindows(Fields f) {
    if (f.get(BY_HAND).compareTo(f.get(AUTOMATIC)) < 0) {
      f.problem(
          "by-hand (%s) is shorter than automatic (%s)"
              .formatted(Durations.format(f.get(BY_HAND)), Durations.format(f.get(AUTOMATIC))),
          f.has(BY_HAND) ? "by-hand" : "automatic");
    }
  }

  private static Data data(Fields f) {
    Data data = new Data(f.find(REDIS).orElse(null), f.get(REDIS_INDEXES), f.get(BACKFILL));
    return f.find(OverridesSection.OVERRIDES).orElse(Overrides.NONE).on(data);
  }

  private static Change change(Fields f) {
    Optional<Deploy> deploy = f.find(DEPLOY);
    return new Change(
        f.get(CHANGE),
        f.find(SUMMARY).orElse(""),
        f.find(POSTGRES).orElse(null),
        f.get(GATES),
        f.get(REHEARSAL),
        f.find(BACKUP).orElse(null),
        f.get(SCHEMA),
        data(f),
        deploy.orElse(null),
        f.get(VERIFY),
        deploy.flatMap(d -> f.find(WATCH).map(w -> WatchSection.watch(w, d))).orElse(null),
        f.get(ROLLBACK),
        f.get(CONTRACT));
  }
}
