package dev.segue.redis.conversion;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What is stored under a key, as far as a conversion looks at it.
public sealed interface Stored {

  /// Fields of a hash that are there, of those that were asked for.
  record Hash(Map<String, String> fields) implements Stored {
    public Hash {
      fields = Collections.unmodifiableMap(new TreeMap<>(fields));
    }
  }

  /// A JSON document, byte for byte.
  record Json(String text) implements Stored {}
}
