package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Server;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Looks for the next keys, reads them, and decides what becomes of them, on connections of its
/// own, while the batch before is written. What is written meanwhile is noticed when its turn
/// comes.
final class Ahead implements AutoCloseable {

  /// What one SCAN found.
  ///
  /// @param cursor of the next
  record Page(List<String> keys, String cursor, Duration took) {

    boolean last() {
      return cursor.equals(Checkpoint.START);
    }
  }

  private final Server server;
  private final Reader reader;
  private final Reader.Kept kept;
  private final Carrier.Decision decision;
  private final ExecutorService reading = one("backfill-reading");

  /// While it decides, the server reads for us.
  private final ExecutorService deciding = one("backfill-deciding");

  private Ahead(Server server, Reader reader, Reader.Kept kept, Carrier.Decision decision) {
    this.server = server;
    this.reader = reader;
    this.kept = kept;
    this.decision = decision;
  }

  private static ExecutorService one(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  static Ahead open(Task task, Keep keep, Reader.Kept kept, Carrier.Decision decision) {
    Server server = Server.open(task.target());
    return new Ahead(server, new Reader(server, task.names(), task.shape(), keep), kept, decision);
  }

  /// @param of the server whose keys they are
  /// @param count how many keys it looks at
  Future<Page> scan(Node of, String cursor, String pattern, int count) {
    return reading.submit(() -> {
      long began = System.nanoTime();
      List<Answer> page =
          server
              .same(of)
              .one(Call.of("SCAN", cursor, "MATCH", pattern, "COUNT", Integer.toString(count)))
              .parts();
      List<String> keys =
          page.getLast().parts().stream()
              .map(Answer::words)
              .filter(name -> !name.startsWith(Names.OWN))
              .toList();
      return new Page(keys, page.getFirst().words(), Duration.ofNanos(System.nanoTime() - began));
    });
  }

  Future<Carrier.Decided> read(List<String> keys) {
    return CompletableFuture.supplyAsync(() -> reader.read(keys, kept), reading)
        .thenApplyAsync(
            read -> {
              Carrier.Decided decided = Carrier.decided(read, decision);
              return kept == Reader.Kept.UNREAD ? decided.inFull() : decided;
            },
            deciding);
  }

  /// @throws SegueException what the work ended with
  static <T> T got(Future<T> work) {
    try {
      return work.get();
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
    reading.close();
    deciding.close();
    server.close();
  }
}
