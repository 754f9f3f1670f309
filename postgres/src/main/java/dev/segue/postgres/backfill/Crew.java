package dev.segue.postgres.backfill;

import dev.segue.backfill.Signals;
import dev.segue.backfill.Telling;
import dev.segue.change.SegueException;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.sql.Sql;
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

/// Several workers, each with a connection and a rhythm of its own, who take ranges from one queue.
/// The loop that works a range knows nothing of the others. Whoever leads them waits, heeds other
/// terminals and tells people; it touches no row.
final class Crew implements Copier.Crew {

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Job job;
  private final int workers;
  private final StepContext context;
  private final Connection connection;
  private final BackfillStep.Opener opener;
  private final Signals signals;
  private final Set<Integer> pids;
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
  }

  @Override
  public Checkpoint firstPass(Checkpoint from) throws SQLException {
    long began = System.nanoTime();
    List<Part> parts = Part.of(connection, job.work().table());
    List<Checkpoint> ranges = planned(parts);
    for (Checkpoint range : ranges) {
      said.put(range.range(), new Said(range.counts().seen(), ""));
      if (!range.finished()) {
        queue.add(range);
      }
    }
    work(new Telling(context, job.doing(), "rows", Part.rows(parts), seen(), job::failed));
    Counts sum = from.counts();
    for (Checkpoint range : Checkpoint.ranges(connection, job.site(), job.step(), context.run())) {
      sum = sum.and(range.counts());
    }
    connection.commit();
    return from.with(sum.spent(Duration.ofNanos(System.nanoTime() - began), Duration.ZERO));
  }

  /// Those of a run that was killed, or fresh ones, written before any is worked.
  private List<Checkpoint> planned(List<Part> parts) throws SQLException {
    List<Checkpoint> known = Checkpoint.ranges(connection, job.site(), job.step(), context.run());
    boolean sameWays =
        known.stream().allMatch(range -> parts.stream().anyMatch(part -> fits(part, range)));
    if (!known.isEmpty() && sameWays) {
      connection.commit();
      return known;
    }
    List<Checkpoint> fresh = Ranges.of(connection, parts, context.run(), workers);
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
    WorkerContext theirs = new WorkerContext(context);
    try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        all.add(
            pool.submit(() -> {
              worker(theirs);
              return null;
            }));
      }
      try {
        while (!all.stream().allMatch(Future::isDone)) {
          context.pause(LOOK);
          theirs.ordered(context.pace());
          telling.tell(seen(), why());
          if (all.stream().anyMatch(one -> one.state() == Future.State.FAILED)) {
            theirs.end();
          }
        }
      } finally {
        theirs.end();
      }
      failure(all);
    }
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

  private void worker(WorkerContext theirs) throws SQLException {
    try (Connection own = opener.open(job.doing() + ", " + job.step())) {
      int pid = Sql.one(own, "select pg_catalog.pg_backend_pid()", row -> row.getInt(1));
      pids.add(pid);
      try {
        Copier copier = new Copier(job, theirs, own, signals);
        for (Checkpoint range = queue.poll(); range != null; range = queue.poll()) {
          int number = range.range();
          copier.range(range, (seen, why) -> said.put(number, new Said(seen, why)));
        }
      } finally {
        pids.remove(pid);
      }
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
