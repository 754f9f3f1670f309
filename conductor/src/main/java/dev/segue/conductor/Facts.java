package dev.segue.conductor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a step found or measured, journaled with it: names in snake case with the unit at the end
/// (`lock_ms`, `bytes`), values that JSON knows (string, boolean, long, double, list, map).
public record Facts(Map<String, Object> values) {

  public static final Facts NONE = new Facts(Map.of());

  public Facts {
    Map<String, Object> asReadBack = new LinkedHashMap<>();
    values.forEach((name, value) -> asReadBack.put(name, asReadBack(value)));
    values = Collections.unmodifiableMap(asReadBack);
  }

  /// JSON has one kind of whole number: what was measured equals what the journal says of it.
  private static Object asReadBack(Object value) {
    return switch (value) {
      case Integer n -> Long.valueOf(n);
      case List<?> list -> list.stream().map(Facts::asReadBack).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> read = new LinkedHashMap<>();
        map.forEach((name, each) -> read.put(name, asReadBack(each)));
        yield read;
      }
      default -> value;
    };
  }

  public static Facts of(String name, Object value) {
    return new Facts(Map.of(name, value));
  }

  /// These and one more, or one replaced.
  public Facts with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Facts(more);
  }

  /// These and others, which count where both say something.
  public Facts and(Facts others) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new Facts(all);
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).map(Object::toString);
  }

  public Optional<Long> number(String name) {
    return values.get(name) instanceof Number n ? Optional.of(n.longValue()) : Optional.empty();
  }
}
