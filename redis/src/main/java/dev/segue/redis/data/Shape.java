package dev.segue.redis.data;

import dev.segue.change.Backfill;
import dev.segue.redis.conversion.Stored;
import dev.segue.redis.wire.Raw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Raw values as conversions see them, and back; and what is kept as one text.
///
/// @param fields that the conversion looks at or writes, of hashes
record Shape(Backfill.Shape kind, List<String> fields) {

  /// The first character of what is kept says how it is written.
  private static final char VERSION = '1';

  private static final String MISSING = "-";

  Shape {
    fields = List.copyOf(fields);
  }

  boolean hash() {
    return kind == Backfill.Shape.HASH;
  }

  /// How many texts a value is.
  int width() {
    return hash() ? fields.size() : 1;
  }

  /// @return null where it is no text
  @Nullable Stored stored(List<@Nullable String> values) {
    if (!hash()) {
      String raw = values.getFirst();
      return raw == null ? null : Raw.text(raw).map(Stored.Json::new).orElse(null);
    }
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < fields.size(); i++) {
      String raw = values.get(i);
      if (raw != null) {
        Optional<String> text = Raw.text(raw);
        if (text.isEmpty()) {
          return null;
        }
        texts.put(fields.get(i), text.get());
      }
    }
    return new Stored.Hash(texts);
  }

  List<@Nullable String> values(Stored stored) {
    return switch (stored) {
      case Stored.Json json -> Arrays.asList(Raw.of(json.text()));
      case Stored.Hash hash -> {
        List<@Nullable String> values = new ArrayList<>(fields.size());
        for (String field : fields) {
          String text = hash.fields().get(field);
          values.add(text == null ? null : Raw.of(text));
        }
        yield values;
      }
    };
  }

  /// As it is kept.
  String packed(Stored stored) {
    StringBuilder packed = new StringBuilder().append(VERSION);
    for (String value : values(stored)) {
      if (!hash()) {
        packed.append(value);
      } else if (value == null) {
        packed.append(MISSING);
      } else {
        packed.append(value.length()).append(':').append(value);
      }
    }
    return packed.toString();
  }

  /// @throws IllegalStateException when nobody of ours has written it
  Stored unpacked(String packed) {
    List<@Nullable String> values = new ArrayList<>();
    if (hash()) {
      int at = 1;
      for (int i = 0; i < fields.size(); i++) {
        if (packed.startsWith(MISSING, at)) {
          values.add(null);
          at++;
        } else {
          int colon = packed.indexOf(':', at);
          int length = Integer.parseInt(packed.substring(at, colon));
          values.add(packed.substring(colon + 1, colon + 1 + length));
          at = colon + 1 + length;
        }
      }
    } else {
      values.add(packed.substring(1));
    }
    Stored stored = stored(values);
    if (packed.charAt(0) != VERSION || stored == null) {
      throw new IllegalStateException("kept in a way that is not known: " + packed);
    }
    return stored;
  }
}
