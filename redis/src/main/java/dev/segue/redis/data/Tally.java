package dev.segue.redis.data;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// What was counted.
///
/// @param seen keys that were looked at
/// @param items whose value changed
/// @param already in the form that is wanted
/// @param failed that could not be
/// @param replaced values, by the default
/// @param conflicts written meanwhile, and read again
/// @param left that were written too often while they were tried
/// @param others that hold something else than the file says
/// @param held of which something is kept
record Tally(
    long seen,
    long items,
    long already,
    long failed,
    long replaced,
    long conflicts,
    long left,
    long others,
    long held,
    long batches,
    Duration worked,
    Duration throttled) {

  static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

  Tally plus(Tally more) {
    return new Tally(
        seen + more.seen,
        items + more.items,
        already + more.already,
        failed + more.failed,
        replaced + more.replaced,
        conflicts + more.conflicts,
        left + more.left,
        others + more.others,
        held + more.held,
        batches + more.batches,
        worked.plus(more.worked),
        throttled.plus(more.throttled));
  }

  /// After another look at the same keys: only what happened to them adds up.
  Tally again(Tally later) {
    Tally sum = plus(later);
    return new Tally(
        seen,
        sum.items,
        already,
        failed,
        sum.replaced,
        sum.conflicts,
        later.left,
        others,
        later.held,
        sum.batches,
        sum.worked,
        sum.throttled);
  }

  Tally took(Duration work, Duration stopped) {
    return new Tally(
        seen, items, already, failed, replaced, conflicts, left, others, held, batches, work,
        stopped);
  }

  /// In digits that any machine reads, whatever its user's language.
  String written() {
    return LongStream.of(
            seen,
            items,
            already,
            failed,
            replaced,
            conflicts,
            left,
            others,
            held,
            batches,
            worked.toMillis(),
            throttled.toMillis())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }

  static Tally read(Map<String, String> from, String field) {
    String[] n = from.getOrDefault(field, NONE.written()).split(" ", -1);
    long[] v = new long[n.length];
    for (int i = 0; i < n.length; i++) {
      v[i] = Long.parseLong(n[i]);
    }
    return new Tally(
        v[0],
        v[1],
        v[2],
        v[3],
        v[4],
        v[5],
        v[6],
        v[7],
        v[8],
        v[9],
        Duration.ofMillis(v[10]),
        Duration.ofMillis(v[11]));
  }
}
