package dev.segue.change;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Keys with values, of which a record is made.
///
/// @param single whether exactly one of the keys must be there: a choice
/// @param check reports what the values cannot say one by one; asked when each is sound
/// @param build makes the record when nothing was reported
record MappingForm<T>(
    List<Key<?>> keys, boolean single, Consumer<Fields> check, Function<Fields, T> build)
    implements Form<T> {

  MappingForm {
    keys = List.copyOf(keys);
  }

  static <T> MappingForm<T> of(Function<Fields, T> build, Key<?>... keys) {
    return new MappingForm<>(List.of(keys), false, f -> {}, build);
  }

  /// A mapping with one key that says which variant its value is.
  static <T> MappingForm<T> oneOf(List<Key<? extends T>> variants) {
    return new MappingForm<>(List.copyOf(variants), true, f -> {}, f -> chosen(f, variants));
  }

  MappingForm<T> checking(Consumer<Fields> more) {
    return new MappingForm<>(keys, single, more, build);
  }

  private static <T> T chosen(Fields fields, List<Key<? extends T>> variants) {
    return variants.stream().flatMap(key -> fields.find(key).stream()).findFirst().orElseThrow();
  }

  @Override
  public Optional<T> read(Slot slot, Reading reading) {
    int before = reading.reports();
    Fields fields = readFields(slot, reading);
    if (reading.reports() == before) {
      check.accept(fields);
    }
    return reading.reports() == before ? Optional.of(build.apply(fields)) : Optional.empty();
  }

  /// The values as far as they are sound.
  Fields readFields(Slot slot, Reading reading) {
    Map<Key<?>, Object> values = new HashMap<>();
    if (slot.node() instanceof MappingNode mapping) {
      Map<String, Node> written = written(mapping, slot, reading);
      for (Key<?> key : keys) {
        value(key, written, slot, reading).ifPresent(value -> values.put(key, value));
      }
      complain(written, slot, reading);
    } else {
      String found = slot.node() instanceof ScalarNode ? "a single value" : "a list";
      reading.problem(slot, "expected " + expected() + ", found " + found);
    }
    return new Fields(slot, values, reading);
  }

  private Map<String, Node> written(MappingNode mapping, Slot slot, Reading reading) {
    Map<String, Node> written = new LinkedHashMap<>();
    Map<String, Node> first = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Slot keySlot = new Slot(slot.path(), tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        reading.problem(keySlot, "a key must be a word");
        continue;
      }
      String name = keyNode.getValue();
      Node earlier = first.putIfAbsent(name, keyNode);
      if (names().contains(name)) {
        written.putIfAbsent(name, tuple.getValueNode());
      } else {
        reading.problem(keySlot, unknown(keyNode, reading));
      }
      if (earlier != null) {
        int line = reading.source().place(earlier).line();
        reading.problem(
            keySlot, "'" + Source.excerpt(name) + "' is given twice, first in line " + line);
      }
    }
    return written;
  }

  private String unknown(ScalarNode key, Reading reading) {
    String hint = Nearest.hint(key.getValue(), names());
    return "unknown key '"
        + reading.source().excerpt(key)
        + "'"
        + (hint.isEmpty() ? "; the keys here are " + String.join(", ", names()) : hint);
  }

  private static <T> Optional<T> value(
      Key<T> key, Map<String, Node> written, Slot slot, Reading reading) {
    Node node = written.get(key.name());
    if (node == null && key.fallback() != null) {
      node = Yaml.fallback(key.fallback());
    }
    return node == null ? Optional.empty() : key.form().read(slot.child(key.name(), node), reading);
  }

  private void complain(Map<String, Node> written, Slot slot, Reading reading) {
    for (Key<?> key : keys) {
      if (key.required() && !written.containsKey(key.name())) {
        reading.problem(slot, "'" + key.name() + "' is missing");
      }
    }
    boolean onlyUnknown =
        written.isEmpty() && slot.node() instanceof MappingNode m && !m.getValue().isEmpty();
    if (single && written.size() != 1 && !onlyUnknown) {
      reading.problem(slot, "expected " + expected());
    }
  }

  private List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  private String expected() {
    String listed = String.join(", ", names());
    if (keys.size() == 1) {
      return "a mapping with the key " + listed;
    }
    return single ? "exactly one of the keys " + listed : "a mapping with the keys " + listed;
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = Scalars.schema("type", "object", "additionalProperties", false);
    Map<String, Object> properties = new LinkedHashMap<>();
    keys.forEach(key -> properties.put(key.name(), schema(key)));
    schema.put("properties", properties);
    List<String> required = keys.stream().filter(Key::required).map(Key::name).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (single) {
      schema.put("minProperties", 1);
      schema.put("maxProperties", 1);
    }
    return schema;
  }

  private static Map<String, Object> schema(Key<?> key) {
    Map<String, Object> schema = Scalars.schema("description", key.about());
    schema.putAll(key.form().schema());
    if (key.fallback() != null) {
      schema.put("default", Yaml.plain(Yaml.fallback(key.fallback())));
    }
    return schema;
  }
}
