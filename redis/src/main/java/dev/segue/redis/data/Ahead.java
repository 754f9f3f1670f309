package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.redis.wire.Server;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads the next batch, on connections of its own, and decides what becomes of it, while the one
/// before is written. What is written meanwhile is noticed when its turn comes.
final class Ahead implements AutoCloseable {

  private final Server server;
  private final Reader reader;
  private final boolean withKept;
  private final Carrier.Decision decision;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("backfill-ahead").factory());

  private Ahead(Server server, Reader reader, boolean withKept, Carrier.Decision decision) {
    this.server = server;
    this.reader = reader;
    this.withKept = withKept;
    this.decision = decision;
  }

  static Ahead open(Task task, Keep keep, boolean withKept, Carrier.Decision decision) {
    Server server = Server.open(task.target());
    return new Ahead(
        server, new Reader(server, task.names(), task.shape(), keep), withKept, decision);
  }

  Future<Carrier.Decided> read(List<String> keys) {
    return thread.submit(() -> Carrier.decided(reader.read(keys, withKept), decision));
  }

  /// @throws SegueException what the reading ended with
  static Carrier.Decided got(Future<Carrier.Decided> reading) {
    try {
      return reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while reading");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SegueException known) {
        throw known;
      }
      throw e.getCause() instanceof RuntimeException other
          ? other
          : new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    thread.close();
    server.close();
  }
}
