package dev.segue.postgres.operation;

import dev.segue.change.Durations;
import dev.segue.change.Place;
import java.time.Duration;

/// How long a table is blocked by work that has no online way.
final class Weight {

  /// Rows are rewritten, or put into an index, about so fast on ordinary disks; rather less than
  /// more.
  private static final long BYTES_PER_SECOND = 40L << 20;

  /// A short transaction gives up after five seconds.
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private Weight() {}

  private static Duration of(Relation table) {
    return Duration.ofMillis(1 + table.bytes() * 1000 / BYTES_PER_SECOND);
  }

  /// `about 20 ms`.
  static String blocked(Relation table) {
    return "about " + Durations.format(of(table));
  }

  static void ask(Inquiry inquiry, Place at, Relation table, String work) {
    String words =
        "%s blocks all who read or write %s for %s (%,d bytes)"
            .formatted(work, table.quoted(), blocked(table), table.bytes());
    if (of(table).compareTo(LONGEST) > 0) {
      inquiry.refuse(
          at,
          words + "; more than " + Durations.format(LONGEST) + " is too long",
          "Do it in a time without users, or in a way that does not need it.");
    } else {
      inquiry.warn(at, words, null);
    }
  }
}
