package dev.segue.redis.data;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// So many of all keys that go by, drawn without laying any back: each is as likely as any other,
/// whatever server and pattern it is of and wherever it stands in the order in which keys are
/// converted. Not for several threads.
final class Draw {

  private final long most;
  private final RandomGenerator random;
  private final List<String> drawn = new ArrayList<>();
  private long seen;

  Draw(long most, RandomGenerator random) {
    this.most = most;
    this.random = random;
  }

  /// A reservoir: the n-th takes the place of one of those drawn with the likelihood `most / n`.
  void add(List<String> keys) {
    for (String key : keys) {
      seen++;
      if (drawn.size() < most) {
        drawn.add(key);
      } else {
        long place = random.nextLong(seen);
        if (place < most) {
          drawn.set((int) place, key);
        }
      }
    }
  }

  /// How many have gone by.
  long seen() {
    return seen;
  }

  List<String> drawn() {
    return List.copyOf(drawn);
  }
}
