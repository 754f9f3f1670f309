package dev.segue.change;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the word somebody probably meant.
final class Nearest {

  /// Nobody mistypes longer words than this, and the comparison is quadratic.
  private static final int LONGEST = 80;

  private Nearest() {}

  /// A question to end an error with, ` - did you mean 'watch'?`, or nothing.
  static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(n -> " - did you mean '" + n + "'?").orElse("");
  }

  static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = fold(word);
    int most = Math.max(1, wanted.length() / 3);
    return candidates.stream()
        .filter(c -> Math.abs(fold(c).length() - wanted.length()) <= most)
        .map(c -> new Guess(c, distance(wanted, fold(c))))
        .filter(guess -> guess.distance() <= most)
        .min(Comparator.comparingInt(Guess::distance).thenComparing(Guess::word))
        .map(Guess::word)
        .or(() -> candidates.stream().filter(c -> shares(wanted, fold(c))).min(String::compareTo));
  }

  private record Guess(String word, int distance) {}

  /// `rollback_when` and `rollBackWhen` are the same word as `roll-back-when`.
  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  private static boolean shares(String a, String b) {
    return a.length() >= 4 && b.length() >= 4 && (a.startsWith(b) || b.startsWith(a));
  }

  /// How many letters must be put in, taken out, replaced or swapped with their neighbour.
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(now[j - 1], last[j]) + 1, last[j - 1] + same);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          now[j] = Math.min(now[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = now;
    }
    return last[b.length()];
  }
}
