package dev.segue.postgres.sql;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Names a person may have meant.
public final class Nearest {

  private static final int SHOWN = 3;

  private Nearest() {}

  /// The likeliest first; none that would be far-fetched.
  public static List<String> to(String wrong, Collection<String> names) {
    int far = Math.max(2, wrong.length() / 2);
    return names.stream()
        .filter(name -> distance(wrong, name) <= far)
        .sorted(
            Comparator.comparingInt((String name) -> distance(wrong, name)).thenComparing(n -> n))
        .limit(SHOWN)
        .toList();
  }

  /// `; did you mean a, b or c?`, or nothing.
  public static String hint(List<String> nearest) {
    if (nearest.isEmpty()) {
      return "";
    }
    String last = nearest.getLast();
    String others = String.join(", ", nearest.subList(0, nearest.size() - 1));
    return "; did you mean " + (others.isEmpty() ? "" : others + " or ") + last + "?";
  }

  /// Levenshtein's, without regard to case.
  private static int distance(String a, String b) {
    String left = a.toLowerCase(Locale.ROOT);
    String right = b.toLowerCase(Locale.ROOT);
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int swap = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(swap, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
