package dev.segue.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The writes an application has acknowledged and those it has not. What it acknowledged it must
/// never lose; of the others nobody knows whether they happened. Thread-safe.
public final class Ledger {

  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, String> unacknowledged = new ConcurrentHashMap<>();

  public void acknowledge(Traffic.Write write) {
    acknowledged.put(write.id(), write.value());
  }

  public void doubt(Traffic.Write write) {
    unacknowledged.put(write.id(), write.value());
  }

  /// Value by write id, as of now.
  public Map<String, String> acknowledged() {
    return Map.copyOf(acknowledged);
  }

  /// Writes answered badly or not at all, value by write id, as of now.
  public Map<String, String> unacknowledged() {
    return Map.copyOf(unacknowledged);
  }
}
