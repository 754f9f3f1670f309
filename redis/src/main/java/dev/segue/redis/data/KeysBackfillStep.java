package dev.segue.redis.data;

import dev.segue.change.Backfill;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.redis.backup.RedisBackupStep;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import dev.segue.redis.wire.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gives keys their new form before the new version starts.
record KeysBackfillStep(Task task, Attendance attendance) implements Step {

  static final String BACKFILL = "backfill";

  private static final int SAMPLE = 500;

  @Override
  public String id() {
    return task.backfill().step();
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  private String key() {
    return task.names().checkpoint(BACKFILL);
  }

  @Override
  public PlannedStep describe() {
    Names names = task.names();
    String kept;
    String about;
    try (Server server = Server.open(task.target())) {
      Keeping keeping = Keeping.sampled(server, task, SAMPLE);
      kept = Keeping.words(keeping.chosen(), names);
      about =
          "about %,d keys; %,d bytes are kept until finish"
              .formatted(keeping.about(), keeping.bytes());
    }
    List<Statement> statements = new ArrayList<>();
    for (String pattern : task.backfill().keys().patterns()) {
      statements.add(new Statement("SCAN … MATCH " + pattern, null, about));
    }
    statements.add(new Statement(read(), null, "in pipelines, at the primaries"));
    statements.add(
        new Statement(
            "EVALSHA: compare and set, at most " + Work.LARGEST_BATCH + " keys",
            null,
            "a value that was written meanwhile is read again; expiry stays; the old value is kept "
                + kept));
    statements.add(
        new Statement(
            "SCAN … again",
            null,
            "until a pass finds none but what was written since; that is left to the step catch-"
                + task.backfill().name()
                + ", when the old version is gone"));
    return new PlannedStep(
        id(),
        stage(),
        "Give the keys " + String.join(", ", task.backfill().keys().patterns()) + " the new form",
        statements,
        back(),
        "Redis: every batch is one script, the place in the walk is the hash "
            + key()
            + "; the next start goes on from there");
  }

  private String read() {
    return switch (task.backfill().keys().shape()) {
      case HASH -> "HMGET … " + String.join(" ", task.conversion().fields());
      case JSON_TEXT -> "GET …";
      case JSON -> "JSON.GET …";
    };
  }

  private String back() {
    return task.backfill().keep() == Keep.BACKUP
        ? "What is in the new form is converted back; the text it once had is in the backup alone: "
            + fromBackup("BACKUP")
        : "The old values are put back, byte for byte, where nobody has written since; what was"
            + " written since is converted back";
  }

  /// What a person runs for the old values to the byte; it knows no compare and set, so nobody does
  /// it unasked.
  private String fromBackup(String backup) {
    return "segue restore %s --into REDIS_URL --keys '%s'"
        .formatted(backup, task.backfill().keys().patterns().getFirst());
  }

  @Override
  public void claim(StepContext context) {
    try (Server server = Server.open(task.target())) {
      if (server.one(Call.at(key(), "EXISTS")).number() > 0) {
        new Fencing(server, task.names(), context).claim();
      }
    } catch (SegueException e) {
      // Nobody can write there now, or this user cannot; whoever does later claims first. The gates
      // say what is missing.
      if (!Trouble.passes(e) && !e.code().equals("redis-no-permission")) {
        throw e;
      }
    }
  }

  @Override
  public Observation observe(StepContext context) {
    return attendance.at(task.target(), context, server -> observe(server, context));
  }

  private Observation observe(Server server, StepContext context) {
    String run = context.run();
    String back = task.names().checkpoint(Backward.BACK);
    if (Checkpoint.of(server, back, run).isPresent()) {
      return new Observation.Partial("the keys are on the way back to the old form", true);
    }
    Optional<Checkpoint> found = Checkpoint.of(server, key(), run);
    if (found.isEmpty()) {
      return Begun.of(task, context).isPresent()
          ? new Observation.Partial("the run has begun, and " + key() + " is lost in Redis", true)
          : Observation.ABSENT;
    }
    Checkpoint at = found.get();
    return at.finished()
        ? new Observation.Present(Facts.of("items", at.total().items()))
        : new Observation.Partial(
            "%,d keys have the new form, in pass %d".formatted(at.total().items(), at.pass()),
            true);
  }

  @Override
  public Facts apply(StepContext context) {
    return attendance.at(
        task.target(),
        context,
        server -> {
          Keeping keeping = Keeping.sampled(server, task, SAMPLE);
          Checkpoint at =
              Checkpoint.of(server, key(), context.run())
                  .orElseGet(() -> begin(server, context, keeping.chosen()));
          return new Forward(task, context, key(), false).carry(server, at, keeping.about());
        });
  }

  /// The fence first: from here on an earlier conductor cannot write any more. One that begins anew
  /// because its checkpoint is lost finds old values where it has kept them.
  private Checkpoint begin(Server server, StepContext context, Keep chosen) {
    new Fencing(server, task.names(), context).claim();
    Keep keep = Begun.of(task, context).orElse(chosen);
    Begun.note(task, context, keep);
    Checkpoint begun = Checkpoint.begin(context.run(), keep);
    server.one(Call.at(task.names().failed(), "DEL"));
    server.one(begun.written(key()));
    return begun;
  }

  @Override
  public Facts takeBack(StepContext context) {
    return attendance.at(
        task.target(),
        context,
        server -> {
          new Fencing(server, task.names(), context).claim();
          Checkpoint at = goingBack(server, context);
          Facts facts = new Backward(task, context).restore(server, at);
          Optional<String> backup = context.factsOf(RedisBackupStep.ID).text("path");
          return at.keep() == Keep.BACKUP && backup.isPresent()
              ? Facts.of("text_as_it_was", fromBackup(backup.get())).and(facts)
              : facts;
        });
  }

  private Checkpoint goingBack(Server server, StepContext context) {
    String back = task.names().checkpoint(Backward.BACK);
    Optional<Checkpoint> found = Checkpoint.of(server, back, context.run());
    if (found.isPresent()) {
      return found.get();
    }
    Keep keep =
        Checkpoint.of(server, key(), context.run())
            .map(Checkpoint::keep)
            .or(() -> Begun.of(task, context))
            .orElseThrow(this::lost);
    Checkpoint begun = Checkpoint.begin(context.run(), keep);
    server.one(begun.written(back));
    return begun;
  }

  private SegueException lost() {
    return new SegueException(
        SegueException.Kind.EXTERNAL,
        "checkpoint-lost",
        "Neither Redis nor this run's directory knows where the old values of %s are kept"
            .formatted(task.backfill().name()),
        "Give the directory of the run with --state DIR, or the node of Redis that had "
            + key()
            + " its data back, then run the same command again. Nothing was changed.");
  }

  /// Tries again only what could not be converted.
  Facts again(StepContext context) {
    return attendance.at(
        task.target(),
        context,
        server -> {
          Checkpoint at =
              Checkpoint.any(server, key())
                  .orElseThrow(() ->
                      new SegueException(
                          SegueException.Kind.USER,
                          "nothing-failed",
                          "Of " + task.backfill().name() + " nothing is listed as failed",
                          "segue backfill run converts what there is."));
          return new Forward(task, context, key(), false).again(server, at);
        });
  }

  static List<Step> of(Task task, Attendance attendance) {
    return List.of(
        new KeysBackfillStep(task, attendance),
        new KeysCatchStep(task, attendance),
        new KeysForgetStep(task, attendance));
  }

  static Backfill.Keep kept(Server server, Task task, StepContext context) {
    return Checkpoint.of(server, task.names().checkpoint(BACKFILL), context.run())
        .map(Checkpoint::keep)
        .or(() -> Begun.of(task, context))
        .orElseGet(() -> Keeping.sampled(server, task, SAMPLE).chosen());
  }
}
