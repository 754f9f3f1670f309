package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;

/// Gives keys their old form back, and leaves nothing of Segue behind. Has a cursor of its own.
record Backward(Task task, StepContext context) {

  static final String BACK = "back";
  private static final String SWEEPING = "sweeping";
  private static final int MOST_PASSES = 20;

  /// Once nothing is in the new form that was not so before.
  Facts restore(Server server, Checkpoint begun) {
    Names names = task.names();
    String key = names.checkpoint(BACK);
    Failures failures = task.notTakenBack(context);
    Turning turning = task.turning(begun.keep());
    Keep keep = begun.keep();
    boolean reached = keep == Keep.BACKUP || reachedAll(server);
    Checkpoint at = begun;
    try (Work work = Work.open(task.hurried(), context, server, begun.now().seen())) {
      Carrier carrier = work.carrier(keep, failures, false);
      while (at.phase().equals(Checkpoint.WALKING)) {
        int pass = at.pass();
        Checkpoint after =
            work.pass(
                at,
                key,
                "restoring, pass " + pass,
                Reader.Kept.READ,
                failures,
                carrier,
                look -> back(turning, look, reached),
                false);
        Tally now = after.now();
        boolean enough = pass - begun.pass() >= MOST_PASSES - 1;
        if (enough && now.left() > 0) {
          work.note(after.nextPass(), key);
          throw unsettled(now.left(), "they were about to be taken back");
        }
        boolean over = enough || now.items() + now.left() == 0;
        at = over ? after.in(SWEEPING) : after.nextPass();
        work.note(at, key);
      }
      Facts facts = work.facts(at).with("failed", failures.count());
      if (keep == Keep.BESIDE && at.before().held() + at.before().left() > 0) {
        sweep(work, carrier, failures, at, key);
      }
      Begun.over(task, context);
      forget(server, names, keep);
      return facts;
    }
  }

  /// What is kept of them must not go.
  private static SegueException unsettled(long keys, String when) {
    return new SegueException(
        Kind.EXTERNAL,
        "keys-not-taken-back",
        "%,d keys changed each time %s".formatted(keys, when),
        "They are written all the time, or their slot of the cluster is being moved. The same command"
            + " again goes on; what is kept stays until then.");
  }

  /// Whether the way there came to every key once. Until then one of which nothing is kept was
  /// never looked at: what is in the new form there was so before. Where the checkpoint is lost,
  /// the journal has it.
  private boolean reachedAll(Server server) {
    String backfill = task.names().checkpoint(KeysBackfillStep.BACKFILL);
    return Checkpoint.of(server, backfill, context.run())
        .map(at -> at.pass() > 1 || at.finished())
        .orElseGet(() -> !context.factsOf(task.backfill().step()).values().isEmpty());
  }

  private static Turning.Move back(Turning turning, Look look, boolean reached) {
    if (!reached && look.kept() == null) {
      return new Turning.Rest(false);
    }
    if (look.stored() != null) {
      return turning.back(look.stored(), look.old());
    }
    return new Turning.Bad(new Conversion.Failed("", "", "not-text", "it is no UTF-8"));
  }

  /// Takes what is kept out of the hashes themselves: in another pass where keys changed each time.
  static Checkpoint sweep(
      Work work, Carrier carrier, Failures failures, Checkpoint from, String key) {
    Checkpoint at = from;
    for (int pass = 1; pass <= MOST_PASSES; pass++) {
      at =
          work.pass(
              at,
              key,
              "removing what was kept",
              Reader.Kept.READ,
              failures,
              carrier,
              look ->
                  look.kept() == null
                      ? new Turning.Rest(false)
                      : new Turning.Write(null, null, 0, true),
              false);
      if (at.now().left() == 0) {
        return at;
      }
      at = at.nextPass();
    }
    throw unsettled(at.before().left(), "what is kept of them was about to be removed");
  }

  /// Removes Segue's own keys; the one by which this is found again, last.
  static void forget(Server server, Names names, Keep keep) {
    if (keep == Keep.ASIDE) {
      for (Server.Primary primary : server.primaries()) {
        String cursor = Checkpoint.START;
        do {
          List<Answer> page =
              primary
                  .node()
                  .one(Call.of("SCAN", cursor, "MATCH", names.buckets(), "COUNT", "1000"))
                  .parts();
          cursor = page.getFirst().words();
          List<Call> calls = new ArrayList<>();
          page.getLast().parts().forEach(bucket -> calls.add(Call.at(bucket.words(), "UNLINK")));
          if (!calls.isEmpty()) {
            server.all(calls);
          }
        } while (!cursor.equals(Checkpoint.START));
      }
    }
    for (String key :
        List.of(
            names.failed(),
            names.checkpoint(KeysCatchStep.CATCH),
            names.checkpoint(KeysBackfillStep.BACKFILL),
            names.fence(),
            names.checkpoint(BACK))) {
      server.one(Call.at(key, "UNLINK"));
    }
  }
}
