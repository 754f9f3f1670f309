package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;

/// Gives keys the new form: pass by pass.
///
/// @param all whether it must go on until a pass finds nothing; else what was written while it went
///   is left to a later one
record Forward(Task task, StepContext context, String key, boolean all) {

  /// A later pass that finds no more than this share of the keys is the last: what it finds was
  /// written since.
  private static final double FEW = 0.01;

  private static final int MOST_PASSES = 5;
  private static final int MOST_PASSES_FOR_ALL = 30;

  private static final Conversion.Failed NO_TEXT =
      new Conversion.Failed("", "", "not-text", "it is no UTF-8");

  Facts carry(Server server, Checkpoint begun, long total) {
    Turning turning = task.turning(begun.keep());
    Failures failures = task.failures(context);
    failures.heldBy(new FailedKeys(server, task.names())::each);
    failures.looked(begun.total().seen() + (all ? before(server) : 0));
    try (Work work = Work.open(task, context, server, total)) {
      Carrier carrier = work.carrier(begun.keep(), failures, true);
      Checkpoint at = begun;
      while (!at.finished()) {
        boolean first = at.pass() == 1 && !all;
        Reader.Kept kept = first ? Reader.Kept.BESIDE : Reader.Kept.UNREAD;
        Carrier.Decision decision = look -> decided(turning, look, first);
        Checkpoint after = work.pass(at, key, doing(at), kept, failures, carrier, decision, first);
        at = over(after, begun.pass()) ? after.ended() : after.nextPass();
        work.note(at, key);
      }
      Facts facts = work.facts(at).with("failed", failures.count());
      long left = at.now().items() + at.now().left();
      return first(at) ? facts : facts.with("written_meanwhile", left);
    }
  }

  /// The list of bad keys is that of the whole run, so the rate of them is, too.
  private long before(Server server) {
    String backfill = task.names().checkpoint(KeysBackfillStep.BACKFILL);
    return Checkpoint.of(server, backfill, context.run()).map(at -> at.total().seen()).orElse(0L);
  }

  private static boolean first(Checkpoint at) {
    return at.pass() == 1;
  }

  static Turning.Move decided(Turning turning, Look look, boolean first) {
    return look.stored() == null
        ? new Turning.Bad(NO_TEXT)
        : turning.forward(look.stored(), look.old(), first);
  }

  private String doing(Checkpoint at) {
    return at.pass() == 1 && !all
        ? "converting"
        : "looking for keys written since, pass " + at.pass();
  }

  private boolean over(Checkpoint after, int first) {
    Tally now = after.now();
    if (now.items() + now.left() == 0) {
      return true;
    }
    if (all && after.pass() - first >= MOST_PASSES_FOR_ALL - 1) {
      throw new SegueException(
          Kind.EXTERNAL,
          "still-written-in-old-form",
          "In pass %d there were still %,d keys in the old form: somebody writes them."
              .formatted(after.pass(), now.items() + now.left()),
          "Stop whoever writes the old form, then run the same command again.");
    }
    boolean onlySince = after.pass() > 1 && now.left() == 0 && now.items() <= FEW * now.seen();
    return !all && (onlySince || after.pass() >= MOST_PASSES);
  }

  /// Tries again only what could not be converted. The file is written anew once, at the end: after
  /// a crash the next one begins with what Redis lists.
  Facts again(Server server, Checkpoint at) {
    Turning turning = task.turning(at.keep());
    Failures failures = task.failures(context);
    FailedKeys listed = new FailedKeys(server, task.names());
    failures.heldBy(listed::each);
    long before = failures.count();
    failures.looked(at.total().seen());
    try (Work work = Work.open(task, context, server, before)) {
      Carrier carrier = work.carrier(at.keep(), failures, true);
      Tally sum = Tally.NONE;
      String cursor = Checkpoint.START;
      do {
        FailedKeys.Page page = listed.page(cursor);
        cursor = page.cursor();
        List<String> mended = new ArrayList<>();
        for (String item : page.keys().keySet()) {
          Tally one = carrier.carry(List.of(item), look -> decided(turning, look, false));
          if (one.failed() == 0 && one.left() == 0) {
            mended.add(item);
          }
          sum = sum.plus(one);
        }
        listed.remove(mended);
      } while (!cursor.equals(Checkpoint.START));
      failures.heldBy(listed::each);
      return work.facts(Checkpoint.begin(at.run(), at.keep()).at(0, cursor, sum))
          .with("failed", failures.count())
          .with("tried", before);
    }
  }
}
