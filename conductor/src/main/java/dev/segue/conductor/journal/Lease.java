package dev.segue.conductor.journal;

import dev.segue.conductor.Fence;
import java.util.Optional;

/// The right to conduct one change, and with it to write its journal.
///
/// Thread-safe; appends are ordered one after another.
public interface Lease extends Fence, AutoCloseable {

  /// Opens the next run of this change.
  ///
  /// @return its id, `rename-member-column-3`
  String begin();

  /// Writes one record; it is durable when this returns, and not there at all when it throws
  /// (unless the store itself became unreachable in between: read again to know).
  ///
  /// @param kind lower case words with hyphens: `step-applied`
  /// @param body a JSON object on one line
  /// @throws FencedException when another conductor has taken over
  Entry append(String run, String kind, String body);

  /// As [#append], for what can be said later as well: nobody is kept waiting for a store that does
  /// not answer.
  ///
  /// @return empty when it could not be written now; it may be there nevertheless
  default Optional<Entry> tryAppend(String run, String kind, String body) {
    return Optional.of(append(run, kind, body));
  }

  /// Marks the run's end. Saying the same again changes nothing; another outcome replaces the
  /// first, for a run that was taken back by hand after it had ended.
  void end(String run, String outcome);

  /// Gives the change back. Harmless when it was lost or given back before.
  @Override
  void close();
}
