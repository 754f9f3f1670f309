package dev.segue.redis.data;

import dev.segue.backfill.Rhythm;
import dev.segue.backfill.Telling;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Once over all keys of all servers, batch by batch, from where a killed one left off.
final class Walk {

  /// So many batches are between two notes of the place.
  private static final int BATCHES = 4;

  private final Server server;
  private final List<String> patterns;
  private final Consumer<Checkpoint> noted;
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
  /// @param noted told each place from which a later walk may go on
  Walk(
      Server server,
      List<String> patterns,
      Consumer<Checkpoint> noted,
      Rhythm rhythm,
      Telling telling,
      Ahead ahead) {
    this.server = server;
    this.patterns = patterns.stream().map(Raw::of).toList();
    this.noted = noted;
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
    Batches batches = new Batches(ahead, node, pattern, from.cursor(), rhythm);
    Checkpoint at = from;
    Tally sum = Tally.NONE;
    int since = 0;
    for (Batches.Batch next = batches.next(); next != null; next = batches.next()) {
      sum = sum.plus(carried(next, batch, at.now().seen() + sum.seen()));
      since++;
      String cursor = next.cursor();
      boolean over = Checkpoint.START.equals(cursor);
      if (cursor != null && (over || since >= BATCHES)) {
        at = at.at(over ? at.part() + 1 : at.part(), cursor, sum);
        noted.accept(at);
        sum = Tally.NONE;
        since = 0;
      }
      if (!at.signature().equals(server.signature())) {
        return at;
      }
    }
    return at;
  }

  /// All that the server did for it is work, also what it did ahead.
  private Tally carried(Batches.Batch next, Batch batch, long before) {
    Duration stopped = rhythm.go(() -> telling.tell(before, rhythm.why()));
    Carrier.Decided decided = Ahead.got(next.decided());
    Tally counted = next.keys().isEmpty() ? Tally.NONE : batch.carry(next.keys(), decided);
    Duration script = counted.worked();
    rhythm.rest(script.isZero() ? 0 : next.keys().size(), script);
    rhythm.rest(0, next.looking().plus(decided.took()));
    telling.tell(before + next.keys().size(), rhythm.why());
    return counted.took(sinceMark(), stopped);
  }

  private Duration sinceMark() {
    long now = System.nanoTime();
    Duration since = Duration.ofNanos(now - mark);
    mark = now;
    return since;
  }
}
