package dev.segue.conductor.journal;

import java.util.List;
import java.util.Optional;

/// Where the runs of changes are kept: a PostgreSQL database or a directory.
///
/// Thread-safe. Reading needs no lease and writes nothing.
public interface Home extends AutoCloseable {

  /// For people: `schema segue in postgres://u@h:5432/db`, `file /srv/app/.segue/journal`.
  String describe();

  /// The changes that were ever begun or asked for here, by name.
  List<String> changes();

  /// The runs of a change, oldest first: `rename-member-column-1`, `rename-member-column-2`.
  List<String> runs(String change);

  /// Every record of a run, the whole chain verified.
  ///
  /// @throws JournalCorruptException naming the first bad record and a way out
  List<Entry> read(String run);

  /// Who holds the change, or held it when it died; [Holder#live] tells. Empty when it was given
  /// back or never taken.
  Optional<Holder> holder(String change);

  /// Makes the caller the one conductor of this change. A holder that has expired, or that was a
  /// process of this very machine and is dead, is superseded at once.
  ///
  /// @throws LeaseHeldException when a live holder exists
  Lease take(String change);

  /// Leaves word for the conductor of a run. Asking again with the same id does nothing.
  void request(String run, Request request);

  /// Everything asked of a run, oldest first. Asked again and again while a change is watched, so a
  /// home that does not answer is not waited for.
  ///
  /// @throws dev.segue.change.SegueException EXTERNAL `journal-unreachable` within seconds
  List<Request> requests(String run);

  /// The run, among those of all other changes, that ended last.
  Optional<Ended> lastEnded(String otherThanChange);

  @Override
  void close();
}
