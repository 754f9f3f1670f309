package dev.segue.postgres.backfill;

import java.time.Duration;

/// What a copying has counted so far.
///
/// @param seen rows walked over in this pass, about
/// @param found rows that were to be done in this pass, those that were locked included
/// @param rows done, of all passes
/// @param already rows that the first pass found as they should be, about
/// @param worked time at work and at rest
/// @param throttled of it, stopped by a limit
record Counts(
    long seen,
    long found,
    long rows,
    long already,
    long batches,
    Duration worked,
    Duration throttled) {

  static final Counts NONE = new Counts(0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

  /// After a batch.
  ///
  /// @param left rows that were to be done, and are not
  Counts batch(long walked, long done, long left) {
    return new Counts(
        seen + walked, found + done + left, rows + done, already, batches + 1, worked, throttled);
  }

  /// After rows of which none was to be done.
  Counts past(long walked) {
    return new Counts(seen + walked, found, rows, already, batches, worked, throttled);
  }

  Counts spent(Duration work, Duration stopped) {
    return new Counts(
        seen, found, rows, already, batches, worked.plus(work), throttled.plus(stopped));
  }

  /// Of two workers; their time is the same time.
  Counts and(Counts other) {
    return new Counts(
        seen + other.seen,
        found + other.found,
        rows + other.rows,
        already + other.already,
        batches + other.batches,
        worked,
        throttled.compareTo(other.throttled) > 0 ? throttled : other.throttled);
  }

  /// At the beginning of another pass.
  Counts anew(boolean afterFirst) {
    return new Counts(
        0, 0, rows, afterFirst ? Math.max(0, seen - found) : already, batches, worked, throttled);
  }
}
