package dev.segue.redis.data;

import dev.segue.backfill.Rhythm;
import dev.segue.redis.wire.Node;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The batches of one scan, in their order; the next ones are looked for, read and decided before
/// their turn. Not for several threads.
final class Batches {

  /// While a batch is written, the server reads nothing for anybody: the next must have been read
  /// before.
  private static final int AHEAD = 2;

  /// Where few keys match, a scan looks at more of them.
  private static final int LARGEST_SCAN = 2_000;

  /// A scan finds somewhat more than it is asked for; what is too much for one batch makes two.
  private static final int SURPLUS = 16;

  private static final Future<Carrier.Decided> NOTHING =
      CompletableFuture.completedFuture(Carrier.Decided.NOTHING);

  /// @param looking how long the scan took that found it; zero but for the first of a page
  /// @param cursor where the scan stands when it is done; null: amid a page
  record Batch(
      List<String> keys,
      Future<Carrier.Decided> decided,
      Duration looking,
      @Nullable String cursor) {}

  private final Ahead ahead;
  private final Node node;
  private final String pattern;
  private final Rhythm rhythm;
  private final Queue<Batch> asked = new ArrayDeque<>();
  private @Nullable Future<Ahead.Page> scanning;
  private Ahead.Page page = new Ahead.Page(List.of(), Checkpoint.START, Duration.ZERO);
  private int at;
  private int count;

  Batches(Ahead ahead, Node node, String pattern, String cursor, Rhythm rhythm) {
    this.ahead = ahead;
    this.node = node;
    this.pattern = pattern;
    this.rhythm = rhythm;
    this.count = enough();
    this.scanning = ahead.scan(node, cursor, pattern, count);
  }

  /// @return null when there are no more
  @Nullable Batch next() {
    ask();
    Batch next = asked.poll();
    ask();
    return next;
  }

  private void ask() {
    while (asked.size() < AHEAD) {
      if (at < page.keys().size()) {
        asked.add(more());
      } else if (scanning != null && (asked.isEmpty() || scanning.isDone())) {
        turn(Ahead.got(scanning));
      } else {
        return;
      }
    }
  }

  private void turn(Ahead.Page found) {
    page = found;
    at = 0;
    count = found.keys().size() < count / 2 ? Math.min(LARGEST_SCAN, count * 2) : enough();
    scanning = found.last() ? null : ahead.scan(node, found.cursor(), pattern, count);
    if (found.keys().isEmpty()) {
      asked.add(new Batch(List.of(), NOTHING, found.took(), found.cursor()));
    }
  }

  private int enough() {
    return rhythm.items() - rhythm.items() / SURPLUS;
  }

  /// What is too much for one batch is shared out evenly: a small rest costs as many round trips as
  /// a large one.
  private Batch more() {
    int left = page.keys().size() - at;
    int to = at + Math.ceilDiv(left, Math.ceilDiv(left, rhythm.items()));
    List<String> keys = page.keys().subList(at, to);
    Duration looking = at == 0 ? page.took() : Duration.ZERO;
    at = to;
    String cursor = to == page.keys().size() ? page.cursor() : null;
    return new Batch(keys, ahead.read(keys), looking, cursor);
  }
}
