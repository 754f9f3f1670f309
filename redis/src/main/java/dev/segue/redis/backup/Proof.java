package dev.segue.redis.backup;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.shelf.Progress;
import dev.segue.redis.backup.Contents.Compared;
import dev.segue.redis.backup.Contents.Verdict;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Compares a server that has loaded a snapshot with the one it was taken from, which goes on being
/// written to.
///
/// @param node the one it was taken from; its database is changed
/// @param before what was there right before the snapshot
/// @param at what was there right after it had begun
record Proof(Node node, Keyspace before, Keyspace at, long takenNanos) {

  private static final int SAMPLE = 1_000;
  private static final int BATCH = 100;
  private static final long BIG = 1 << 20;

  /// Idle times are whole seconds, and the server's clock ticks a little late.
  private static final long BLUR_SECONDS = 3;

  /// @throws SegueException EXTERNAL `restore-differs`
  Facts of(ScratchRedis scratch, Progress progress) {
    Map<Integer, Long> loaded = scratch.keys();
    List<String> differences = new ArrayList<>();
    Set<Integer> databases = new LinkedHashSet<>(at.keys().keySet());
    databases.addAll(before.keys().keySet());
    databases.addAll(loaded.keySet());
    for (int database : databases) {
      count(database, loaded.getOrDefault(database, 0L), differences);
    }
    long compared = 0;
    long written = 0;
    for (int database : at.keys().keySet()) {
      progress.at("comparing keys of database " + database, Double.NaN);
      int size = Math.clamp(SAMPLE * at.of(database) / Math.max(1, at.total()), 20, SAMPLE);
      try (Node copy = scratch.open(database)) {
        node.one(Call.of("SELECT", Integer.toString(database)));
        Sampled sampled = sample(copy, database, size, differences);
        compared += sampled.same();
        written += sampled.written();
      }
    }
    if (!differences.isEmpty()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "restore-differs",
          "What was loaded is not what the server has: " + String.join("; ", differences),
          "Do not rely on this backup; take another.");
    }
    return Facts.of("sample_equal", compared).with("sample_written_since", written);
  }

  /// Exact where nobody writes; else within what was written and what may have expired meanwhile.
  private void count(int database, long loaded, List<String> differences) {
    long writes = Math.max(0, at.writes() - before.writes());
    long least =
        Math.min(before.of(database), at.of(database))
            - writes
            - at.expiring().getOrDefault(database, 0L);
    long most = Math.max(before.of(database), at.of(database)) + writes;
    if (loaded < least || loaded > most) {
      differences.add(
          "database %d has %,d keys, and %,d were loaded"
              .formatted(database, at.of(database), loaded));
    }
  }

  private record Sampled(long same, long written) {}

  private Sampled sample(Node copy, int database, int size, List<String> differences) {
    Contents contents = new Contents(copy::all, node::all);
    long same = 0;
    long written = 0;
    for (int done = 0; done < size; done += BATCH) {
      List<String> keys = someKeys();
      // Asked before the key is read, which is a use, too.
      List<Answer> idle =
          node.all(keys.stream().map(k -> Call.of("OBJECT", "IDLETIME", k)).toList());
      long since = (System.nanoTime() - takenNanos) / 1_000_000_000 + BLUR_SECONDS;
      List<Compared> compared = contents.compare(keys);
      for (int i = 0; i < keys.size(); i++) {
        if (compared.get(i).verdict() == Verdict.SAME) {
          same++;
        } else if (untouched(idle.get(i), since)
            && compared.get(i).verdict() == Verdict.DIFFERENT) {
          differences.add(
              "%s of database %d holds something else".formatted(Raw.shown(keys.get(i)), database));
        } else {
          written++;
        }
      }
    }
    return new Sampled(same, written);
  }

  /// Whether nobody can have changed it since; false where the server does not say.
  private static boolean untouched(Answer idle, long seconds) {
    return idle.said() instanceof Long n && n > seconds;
  }

  private List<String> someKeys() {
    List<Call> draws = IntStream.range(0, BATCH).mapToObj(_ -> Call.of("RANDOMKEY")).toList();
    List<String> keys =
        node.all(draws).stream()
            .filter(answer -> !answer.nothing() && answer.refusal().isEmpty())
            .map(Answer::words)
            .distinct()
            .toList();
    List<Answer> sizes = node.all(keys.stream().map(k -> Call.of("MEMORY", "USAGE", k)).toList());
    return IntStream.range(0, keys.size())
        .filter(i -> !(sizes.get(i).said() instanceof Long bytes && bytes > BIG))
        .mapToObj(keys::get)
        .toList();
  }
}
