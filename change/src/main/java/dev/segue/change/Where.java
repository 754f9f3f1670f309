package dev.segue.change;

import java.util.Map;

/// Where an entry of the file stands, and the values of its keys.
///
/// @param entry of the whole
/// @param keys of the values that are written
public record Where(Place entry, Map<String, Place> keys) {

  public Where {
    keys = Map.copyOf(keys);
  }

  /// The value's place, or the entry's where the file leaves the key out.
  public Place of(String key) {
    return keys.getOrDefault(key, entry);
  }
}
