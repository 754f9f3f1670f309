package dev.segue.conductor.journal;

import java.util.List;
import java.util.Optional;

/// Where the runs of changes are kept: a PostgreSQL database or a directory.
public interface Home extends AutoCloseable {
  String describe();

  List<String> runs(String change);

  List<Entry> read(String run);

  Optional<Holder> holder(String change);

  Lease take(String change);

  void request(String run, Request request);

  List<Request> requests(String run);

  Optional<Ended> lastEnded(String otherThanChange);

  List<String> changes();

  @Override
  void close();
}
