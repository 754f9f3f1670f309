package dev.segue.redis.data;

import dev.segue.change.SegueException;
import dev.segue.redis.wire.Server;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads the next batch, on connections of its own, while the one before is converted and written.
/// What is written meanwhile is noticed when its turn comes.
final class Ahead implements AutoCloseable {

  private final Server server;
  private final Reader reader;
  private final boolean withKept;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("backfill-ahead").factory());

  private Ahead(Server server, Reader reader, boolean withKept) {
    this.server = server;
    this.reader = reader;
    this.withKept = withKept;
  }

  static Ahead open(Task task, dev.segue.change.Backfill.Keep keep, boolean withKept) {
    Server server = Server.open(task.target());
    return new Ahead(server, new Reader(server, task.names(), task.shape(), keep), withKept);
  }

  Future<Reader.Read> read(List<String> keys) {
    return thread.submit(() -> reader.read(keys, withKept));
  }

  /// @throws SegueException what the reading ended with
  static Reader.Read got(Future<Reader.Read> reading) {
    try {
      return reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while reading");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SegueException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    thread.close();
    server.close();
  }
}
