package dev.segue.conductor.journal;

import java.util.List;
import java.util.Optional;

/// A home in which nothing has happened yet, for looking at a change before its first run without
/// making anything. Refuses to be written to.
public final class EmptyHome implements Home {

  @Override
  public String describe() {
    return "no journal yet";
  }

  @Override
  public List<String> changes() {
    return List.of();
  }

  @Override
  public List<String> runs(String change) {
    return List.of();
  }

  @Override
  public List<Entry> read(String run) {
    return List.of();
  }

  @Override
  public Optional<Holder> holder(String change) {
    return Optional.empty();
  }

  @Override
  public Lease take(String change) {
    throw new UnsupportedOperationException("nothing is run from an empty home: " + change);
  }

  @Override
  public void request(String run, Request request) {
    throw new UnsupportedOperationException("nothing runs from an empty home: " + run);
  }

  @Override
  public List<Request> requests(String run) {
    return List.of();
  }

  @Override
  public Optional<Ended> lastEnded(String otherThanChange) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
