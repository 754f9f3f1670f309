package dev.segue.conductor.simulation;

import dev.segue.conductor.journal.SimulatedStore.Writing;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A seed's choices: what goes wrong, how often, and when.
final class Faults {

  /// What may go wrong.
  enum Trouble {
    KILLED,
    STOPPED,
    OUTSIDER,
    EFFECT,
    JOURNAL,
    WORD
  }

  /// What becomes of an effect.
  enum Fate {
    DONE,
    /// It says no and nothing happened.
    REFUSED,
    /// It happened, and the answer was an error.
    UNANSWERED,
    /// It says yes and nothing happened.
    PRETENDED,
    /// Half of it happened, then an error.
    HALF,
    /// It takes minutes in which the conductor hears nothing.
    HANGS
  }

  /// How much goes wrong in all.
  enum Mood {
    /// Nothing at all.
    CALM,
    /// The new version misbehaves after the switch; nothing else.
    BAD_VERSION,
    /// It is slow for a while, and the conductor is killed in the middle of that.
    SLOW_VERSION,
    TROUBLED
  }

  private final SplittableRandom random;
  private final Mood mood;
  private final Map<Trouble, Integer> left = new EnumMap<>(Trouble.class);

  Faults(long seed) {
    this.random = new SplittableRandom(seed);
    Mood[] moods = Mood.values();
    this.mood = moods[Math.min(random.nextInt(20), moods.length - 1)];
    if (this.mood == Mood.TROUBLED) {
      for (Trouble trouble : Trouble.values()) {
        left.put(trouble, Math.max(0, random.nextInt(-1, 4)));
      }
    }
  }

  Mood mood() {
    return mood;
  }

  /// From here on everything works.
  void cease() {
    left.clear();
  }

  /// Whether it happens here and now; there is a little of each in a seed.
  boolean strikes(Trouble trouble, double chance) {
    int n = left.getOrDefault(trouble, 0);
    if (n == 0 || random.nextDouble() >= chance) {
      return false;
    }
    left.put(trouble, n - 1);
    return true;
  }

  Fate fate(Part part) {
    if (!strikes(Trouble.EFFECT, 0.15)) {
      return Fate.DONE;
    }
    boolean whole = part.kind() == Part.Kind.DATABASE || part.kind() == Part.Kind.ROUTER;
    Fate fate = pick(List.of(Fate.values()));
    return whole && fate == Fate.HALF ? Fate.REFUSED : fate;
  }

  Writing writing() {
    return strikes(Trouble.JOURNAL, 0.05) ? pick(List.of(Writing.values())) : Writing.DURABLE;
  }

  Duration upTo(Duration longest) {
    return Duration.ofMillis(random.nextLong(longest.toMillis() + 1));
  }

  boolean chance(double chance) {
    return random.nextDouble() < chance;
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
