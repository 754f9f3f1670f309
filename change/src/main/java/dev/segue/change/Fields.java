package dev.segue.change;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// The values of one mapping, read.
final class Fields {

  private final Slot slot;
  private final Map<String, Object> values;
  private final Reading reading;

  Fields(Slot slot, Map<String, Object> values, Reading reading) {
    this.slot = slot;
    this.values = Map.copyOf(values);
    this.reading = reading;
  }

  /// The value or its fallback; empty when there is neither, or the value was not sound.
  @SuppressWarnings("unchecked") // a value is only ever put in under the key that read it
  <T> Optional<T> find(Key<T> key) {
    return Optional.ofNullable((T) values.get(key.name()));
  }

  /// The value of a key that is required or has a fallback, in a mapping that is sound.
  <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> new NoSuchElementException(key.name()));
  }

  /// Whether the file has the key, sound or not.
  boolean has(Key<?> key) {
    return slot.has(key.name());
  }

  /// The same of a key further down.
  boolean has(String parent, String key) {
    return slot.has(parent) && slot.at(parent).has(key);
  }

  boolean mapping() {
    return slot.node() instanceof MappingNode;
  }

  Place place() {
    return reading.source().place(slot.node());
  }

  /// Where the entry and each of its keys stand.
  Where where() {
    Map<String, Place> keys = new HashMap<>();
    values.keySet().stream()
        .filter(slot::has)
        .forEach(key -> keys.put(key, reading.source().place(slot.at(key).node())));
    return new Where(place(), keys);
  }

  /// Where the value of a key stands that the file has.
  Place place(Key<?> key) {
    return reading.source().place(slot.at(key.name()).node());
  }

  /// Reports something about a value below these keys.
  void problem(String message, String... keys) {
    reading.problem(slot.at(keys), message);
  }

  /// Reports something about what stands at a place, to the end of its line.
  void problem(Place at, String path, String message) {
    reading.problem(at, path, message, reading.source().excerpt(at));
  }
}
