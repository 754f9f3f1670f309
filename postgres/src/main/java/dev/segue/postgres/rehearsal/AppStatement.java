package dev.segue.postgres.rehearsal;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A statement that a version of the application sends.
///
/// @param calls how often it was seen; null when it comes from a file
record AppStatement(Version version, String sql, @Nullable Long calls) {

  private static final Set<String> PREPARED =
      Set.of("select", "insert", "update", "delete", "merge", "with", "values", "table");
  private static final int SHOWN = 160;

  /// Whose statement it is.
  enum Version {
    OLD,
    NEW
  }

  /// Whether PREPARE takes it; the others are utility statements.
  boolean preparable() {
    return PREPARED.contains(keyword());
  }

  /// The first word, in lower case.
  String keyword() {
    String text = sql.strip();
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end).toLowerCase(Locale.ROOT);
  }

  /// For people, on one line.
  String shown() {
    String line = sql.strip().replaceAll("\\s+", " ");
    String cut = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    return calls == null ? cut : cut + " (" + calls + " calls)";
  }
}
