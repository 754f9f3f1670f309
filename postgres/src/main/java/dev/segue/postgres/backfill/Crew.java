package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Telling;
import dev.segue.change.SegueException;
import dev.segue.conductor.StepContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Several workers, each with a connection and a rhythm of its own through all passes, who take
/// ranges from one queue. The loop that works a range knows nothing of the others. Whoever leads
/// them waits, heeds other terminals and tells people; it touches no row.
final class Crew implements Copier.Crew, AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Job job;
  private final int workers;
  private final StepContext context;
  private final Connection connection;
  private final BackfillStep.Opener opener;
  private final Signals signals;
  private final Set<Integer> pids;
  private final WorkerContext theirs;
  private final ExecutorService pool;
  private final Queue<Worker> hired = new ConcurrentLinkedQueue<>();
  private final Queue<Worker> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Checkpoint> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Integer, Said> said = new ConcurrentHashMap<>();

  private record Said(long seen, String why) {}

  /// @param connection of the leader, with autocommit off
  /// @param pids of the backends that copy, where the signals look them up
  Crew(
      Job job,
      int workers,
      StepContext context,
      Connection connection,
      BackfillStep.Opener opener,
      Signals signals,
      Set<Integer> pids) {
    this.job = job;
    this.workers = workers;
    this.context = context;
    this.connection = connection;
    this.opener = opener;
    this.signals = signals;
    this.pids = pids;
    this.theirs = new WorkerContext(context);
    this.pool = Executors.newFixedThreadPool(workers);
  }

  private record Worker(Connection connection, int pid, Copier copier) {}

  @Override
  public Checkpoint pass(List<Part> parts, Checkpoint from) throws SQLException {
    long began = System.nanoTime();
    said.clear();
    for (Checkpoint range : planned(parts, from.pass())) {
      said.put(range.range(), new Said(range.counts().seen(), ""));
      if (!range.finished()) {
        queue.add(range);
      }
    }
    String doing = job.doing(from.pass());
    work(new Telling(context, doing, "rows", Part.rows(parts), seen(), job::failed));
    Counts sum = from.counts();
    for (Checkpoint range : Checkpoint.ranges(connection, job.site(), job.step(), context.run())) {
      sum = sum.and(range.counts());
    }
    connection.commit();
    return from.with(sum.spent(Duration.ofNanos(System.nanoTime() - began), Duration.ZERO));
  }

  /// Those of a run that was killed, or fresh ones, written before any is worked.
  private List<Checkpoint> planned(List<Part> parts, int pass) throws SQLException {
    List<Checkpoint> known = Checkpoint.ranges(connection, job.site(), job.step(), context.run());
    boolean sameWays =
        known.stream().allMatch(range -> parts.stream().anyMatch(part -> fits(part, range)));
    if (!known.isEmpty() && sameWays) {
      connection.commit();
      return known;
    }
    List<Checkpoint> fresh = Ranges.of(connection, parts, context.run(), pass, workers);
    context.fence().check(connection);
    Checkpoint.forgetRanges(connection, job.site(), job.step());
    for (Checkpoint range : fresh) {
      range.write(connection, job.site(), job.step());
    }
    connection.commit();
    return fresh;
  }

  private static boolean fits(Part part, Checkpoint range) {
    return part.oid() == range.part() && part.way().name().equals(range.way());
  }

  private void work(Telling telling) throws SQLException {
    AtomicInteger busy = new AtomicInteger(workers);
    Thread leader = Thread.currentThread();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      all.add(
          pool.submit(() -> {
            try {
              drain();
            } finally {
              busy.decrementAndGet();
              LockSupport.unpark(leader);
            }
            return null;
          }));
    }
    try {
      while (busy.get() > 0) {
        LockSupport.parkNanos(LOOK.toNanos());
        context.pause(Duration.ZERO);
        theirs.ordered(context.pace());
        telling.tell(seen(), why());
        if (all.stream().anyMatch(one -> one.state() == Future.State.FAILED)) {
          theirs.end();
        }
      }
    } catch (RuntimeException | Error e) {
      theirs.end();
      throw e;
    }
    failure(all);
  }

  /// The first that did not end because another had failed.
  private static void failure(List<Future<?>> all) throws SQLException {
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case WorkerContext.EndedException _ -> {}
          case SQLException sql -> throw sql;
          case SegueException segue -> throw segue;
          case RuntimeException other -> throw other;
          case null, default -> throw new IllegalStateException(e);
        }
      }
    }
  }

  private void drain() throws SQLException {
    Worker known = idle.poll();
    Worker worker = known == null ? another() : known;
    for (Checkpoint range = queue.poll(); range != null; range = queue.poll()) {
      int number = range.range();
      worker.copier().range(range, (seen, why) -> said.put(number, new Said(seen, why)));
    }
    // Whoever has failed is not.
    idle.add(worker);
  }

  private Worker another() throws SQLException {
    Connection own = opener.open(job.doing() + ", " + job.step());
    try {
      int pid = ServerSignals.pid(own);
      Worker worker = new Worker(own, pid, new Copier(job, theirs, own, signals));
      pids.add(pid);
      hired.add(worker);
      return worker;
    } catch (SQLException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /// Whoever is still at work ends first.
  @Override
  public void close() throws SQLException {
    theirs.end();
    pool.close();
    for (Worker worker : hired) {
      pids.remove(worker.pid());
      worker.connection().close();
    }
  }

  private long seen() {
    return said.values().stream().mapToLong(Said::seen).sum();
  }

  private String why() {
    return said.values().stream()
        .map(Said::why)
        .filter(why -> !why.isEmpty())
        .findFirst()
        .orElse("");
  }
}
