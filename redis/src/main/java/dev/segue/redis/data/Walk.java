package dev.segue.redis.data;

import dev.segue.backfill.Rhythm;
import dev.segue.backfill.Telling;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;

/// Once over all keys of all servers, batch by batch, from where a killed one left off.
final class Walk {

  /// Where few keys match, a scan looks at more of them.
  private static final int LARGEST_SCAN = 2_000;

  /// So many batches are between two notes of the place, to be read ahead.
  private static final int BATCHES = 4;

  private static final int MOST_PAGES = 50;

  private final Server server;
  private final List<String> patterns;
  private final String key;
  private final Rhythm rhythm;
  private final Telling telling;
  private final Ahead ahead;
  private long mark = System.nanoTime();

  /// Carries a batch through.
  @FunctionalInterface
  interface Batch {
    /// @param decided from what was read a moment ago
    Tally carry(List<String> keys, Carrier.Decided decided);
  }

  /// @param patterns of the keys
  /// @param key of the checkpoint
  Walk(
      Server server,
      List<String> patterns,
      String key,
      Rhythm rhythm,
      Telling telling,
      Ahead ahead) {
    this.server = server;
    this.patterns = patterns.stream().map(Raw::of).toList();
    this.key = key;
    this.rhythm = rhythm;
    this.telling = telling;
    this.ahead = ahead;
  }

  /// Until a pass was made over servers that were the same from its beginning to its end.
  Checkpoint pass(Checkpoint from, Batch batch) {
    Checkpoint at = from.on(server.signature());
    while (at.part() < server.primaries().size() * patterns.size()) {
      at = part(at, batch).on(server.signature());
      if (at.part() == server.primaries().size() * patterns.size()) {
        server.refresh();
        at = at.on(server.signature());
      }
    }
    return at;
  }

  private Checkpoint part(Checkpoint from, Batch batch) {
    Node node = server.primaries().get(from.part() / patterns.size()).node();
    String pattern = patterns.get(from.part() % patterns.size());
    String signature = from.signature();
    Checkpoint at = from;
    String cursor = at.cursor();
    int count = rhythm.items();
    do {
      List<String> found = new ArrayList<>();
      int pages = 0;
      do {
        rhythm.go(() -> telling.tell(from.now().seen(), rhythm.why()));
        Call scan = Call.of("SCAN", cursor, "MATCH", pattern, "COUNT", Integer.toString(count));
        List<Answer> page = node.one(scan).parts();
        cursor = page.getFirst().words();
        page.getLast().parts().stream()
            .map(Answer::words)
            .filter(name -> !name.startsWith(Names.OWN))
            .forEach(found::add);
        count = found.size() < count / 2 ? Math.min(LARGEST_SCAN, count * 2) : rhythm.items();
        pages++;
      } while (found.size() < BATCHES * rhythm.items()
          && pages < MOST_PAGES
          && !cursor.equals(Checkpoint.START));
      boolean over = cursor.equals(Checkpoint.START);
      Tally counted = batches(found, batch, at);
      at = at.at(over ? at.part() + 1 : at.part(), cursor, counted);
      server.one(at.written(key));
    } while (!cursor.equals(Checkpoint.START) && signature.equals(server.signature()));
    return at;
  }

  /// What is too much for one batch is shared out evenly: a small rest costs as many round trips as
  /// a large one.
  private int next(int from, int size) {
    int left = size - from;
    return left == 0 ? from : from + Math.ceilDiv(left, Math.ceilDiv(left, rhythm.items()));
  }

  private record Reading(List<String> keys, Future<Carrier.Decided> decided) {}

  /// Two batches ahead: while a script runs, the server reads nothing for anybody, so the next
  /// batch must have been read before.
  ///
  /// @return up to where it was asked for
  private int read(List<String> found, int from, Queue<Reading> readings) {
    int asked = from;
    while (asked < found.size() && readings.size() < 2) {
      int to = next(asked, found.size());
      List<String> keys = found.subList(asked, to);
      readings.add(new Reading(keys, ahead.read(keys)));
      asked = to;
    }
    return asked;
  }

  private Tally batches(List<String> found, Batch batch, Checkpoint at) {
    Tally sum = Tally.NONE;
    long seen = at.now().seen();
    Queue<Reading> readings = new ArrayDeque<>();
    for (int asked = read(found, 0, readings); !readings.isEmpty(); ) {
      long before = seen;
      Duration stopped = rhythm.go(() -> telling.tell(before, rhythm.why()));
      long began = System.nanoTime();
      Reading reading = readings.remove();
      Carrier.Decided decided = Ahead.got(reading.decided());
      asked = read(found, asked, readings);
      List<String> keys = reading.keys();
      Tally counted = batch.carry(keys, decided);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Duration script = counted.worked();
      rhythm.rest(script.isZero() ? 0 : keys.size(), script);
      rhythm.rest(0, took.minus(script));
      sum = sum.plus(counted.took(sinceMark(), stopped));
      seen += keys.size();
      telling.tell(seen, rhythm.why());
    }
    return sum;
  }

  private Duration sinceMark() {
    long now = System.nanoTime();
    Duration since = Duration.ofNanos(now - mark);
    mark = now;
    return since;
  }
}
