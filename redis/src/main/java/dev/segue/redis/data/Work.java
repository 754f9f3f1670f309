package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Figures;
import dev.segue.backfill.Foreground;
import dev.segue.backfill.Pace;
import dev.segue.backfill.Probe;
import dev.segue.backfill.Rhythm;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Telling;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.BackfillPace;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import java.util.List;

/// What the walks of one step share: connections, pace, and who is asked. Not for several threads.
final class Work implements AutoCloseable {

  static final int LARGEST_BATCH = 500;
  private static final int FIRST_BATCH = 100;

  /// On a busy machine a script seems to take long while it waits for a processor; smaller ones
  /// would not make that any shorter.
  private static final int LEAST_BATCH = 20;

  private static final int SAMPLE = 100;
  private static final double BATCH_OF_CHARACTERS = 4 << 20;

  private final Task task;
  private final StepContext context;
  private final Server server;
  private final Signals signals;
  private final Foreground foreground;
  private final Rhythm rhythm;
  private final long total;

  private Work(Task task, StepContext context, Server server, long total) {
    this.task = task;
    this.context = context;
    this.server = server;
    this.total = total;
    BackfillPace pace = task.backfill().pace();
    this.foreground = Foreground.watch(new Ping(Server.open(task.target())));
    this.signals = Signals.of(pace, RedisSignals.open(task.target(), pace));
    int most = most(pace.maxBatch() == 0 ? LARGEST_BATCH : pace.maxBatch());
    Pace.Bounds bounds =
        new Pace.Bounds(Math.min(FIRST_BATCH, most), Math.min(LEAST_BATCH, most), most);
    this.rhythm = new Rhythm(context, signals, bounds, pace.batchTime(), pace.share());
  }

  /// Of large values fewer: several batches are in memory at a time.
  private int most(int asked) {
    double size = Keeping.sampled(server, task, SAMPLE).size();
    return (int)
        Math.clamp(BATCH_OF_CHARACTERS / Math.max(1, size), 1, Math.min(LARGEST_BATCH, asked));
  }

  /// What users notice, asked on a connection of its own.
  private record Ping(Server server) implements Probe {
    @Override
    public void read() {
      server.one(Call.of("PING"));
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /// Refuses from here on what an earlier conductor sends.
  ///
  /// @param total about how many keys there are
  static Work open(Task task, StepContext context, Server server, long total) {
    new Fencing(server, task.names(), context).claim();
    return new Work(task, context, server, total);
  }

  Carrier carrier(Keep keep, Failures failures, boolean listed) {
    Names names = task.names();
    Shape shape = task.shape();
    return new Carrier(
        server,
        names,
        shape,
        new Reader(server, names, shape, keep),
        new Writer(server, names, shape, keep, context),
        failures,
        listed);
  }

  /// @param kept what of it is read at once; the rest where a key has turned out to be not as it
  ///   seemed
  /// @param converted what an earlier try of this pass did counts as done now
  Checkpoint pass(
      Checkpoint from,
      String key,
      String doing,
      Reader.Kept kept,
      Failures failures,
      Carrier carrier,
      Carrier.Decision decision,
      boolean converted) {
    Telling telling =
        new Telling(context, doing, "keys", total, from.now().seen(), failures::count);
    List<String> patterns = task.backfill().keys().patterns();
    try (Ahead ahead = Ahead.open(task, from.keep(), kept, decision)) {
      return new Walk(server, patterns, place -> note(place, key), rhythm, telling, ahead)
          .pass(from, (keys, decided) -> carrier.carry(keys, decided, decision, converted));
    }
  }

  void note(Checkpoint at, String key) {
    new Fencing(server, task.names(), context).note(at, key);
  }

  Facts facts(Checkpoint at) {
    return figures(at, task.names()).facts().and(foreground.facts());
  }

  static Figures figures(Checkpoint at, Names names) {
    Tally total = at.total();
    return new Figures(
        total.items(),
        total.already(),
        total.failed(),
        total.replaced(),
        total.conflicts(),
        total.batches(),
        at.pass(),
        total.worked(),
        total.throttled(),
        Keeping.words(at.keep(), names));
  }

  @Override
  public void close() {
    signals.close();
    foreground.close();
  }
}
