package dev.segue.change;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Keys with values, of which a record is made.
///
/// @param single whether exactly one of the keys must be there: a choice
/// @param check reports what the values cannot say one by one
/// @param checked the keys it needs; it is asked when all of them have a value
/// @param build makes the record when nothing was reported
record MappingForm<T>(
    List<Key<?>> keys,
    boolean single,
    Consumer<Fields> check,
    List<Key<?>> checked,
    Function<Fields, T> build)
    implements Form<T> {

  static <T> MappingForm<T> of(Function<Fields, T> build, Key<?>... keys) {
    return new MappingForm<>(List.of(keys), false, f -> {}, List.of(), build);
  }

  /// A mapping with one key that says which variant its value is.
  static <T> MappingForm<T> oneOf(List<Key<? extends T>> variants) {
    return new MappingForm<>(
        List.copyOf(variants), true, f -> {}, List.of(), f -> chosen(f, variants));
  }

  MappingForm<T> checking(Consumer<Fields> more, Key<?>... needed) {
    return new MappingForm<>(keys, single, more, List.of(needed), build);
  }

  private static <T> T chosen(Fields fields, List<Key<? extends T>> variants) {
    return variants.stream().flatMap(key -> fields.find(key).stream()).findFirst().orElseThrow();
  }

  @Override
  public Optional<T> read(Slot slot, Reading reading) {
    int before = reading.reports();
    Fields fields = readFields(slot, reading);
    if (checked.stream().allMatch(key -> fields.find(key).isPresent())) {
      check.accept(fields);
    }
    return reading.reports() == before ? Optional.of(build.apply(fields)) : Optional.empty();
  }

  /// The values as far as they are sound.
  Fields readFields(Slot slot, Reading reading) {
    Map<String, Object> values = new HashMap<>();
    if (slot.node() instanceof MappingNode mapping) {
      Map<String, Node> written = written(mapping, slot, reading);
      for (Key<?> key : keys) {
        value(key, written, slot, reading).ifPresent(value -> values.put(key.name(), value));
      }
    } else {
      reading.problem(slot, "expected " + expected() + ", found " + found(slot.node()));
    }
    return new Fields(slot, values, reading);
  }

  /// The value nodes by key, having reported every key that should or should not be there.
  private Map<String, Node> written(MappingNode mapping, Slot slot, Reading reading) {
    Map<String, Node> written = new LinkedHashMap<>();
    Map<String, Node> seen = new HashMap<>();
    Set<String> meant = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Slot keySlot = new Slot(slot.path(), tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        reading.problem(keySlot, "a key must be a word");
        continue;
      }
      String name = keyNode.getValue();
      String quoted = "'" + reading.source().excerpt(keyNode) + "'";
      Node earlier = seen.putIfAbsent(name, keyNode);
      if (earlier != null) {
        int line = reading.source().place(earlier).line();
        reading.problem(keySlot, quoted + " is given twice, first in line " + line);
      } else if (names().contains(name)) {
        written.put(name, tuple.getValueNode());
      } else {
        reading.problem(keySlot, "unknown key " + quoted + nearestOrAll(name));
        Nearest.to(name, names()).ifPresent(meant::add);
      }
    }
    // An unknown key may have been the choice, and a key that was only misspelt is not missing.
    if (single && written.size() != 1 && (seen.isEmpty() || written.size() > 1)) {
      reading.problem(slot, "expected " + expected());
    }
    keys.stream()
        .filter(key -> key.required() && !written.containsKey(key.name()))
        .filter(key -> !meant.contains(key.name()))
        .forEach(key -> reading.problem(slot, "'" + key.name() + "' is missing"));
    return written;
  }

  private String nearestOrAll(String name) {
    String hint = Nearest.hint(name, names());
    return hint.isEmpty() ? "; the keys here are " + String.join(", ", names()) : hint;
  }

  private List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  private static <T> Optional<T> value(
      Key<T> key, Map<String, Node> written, Slot slot, Reading reading) {
    Node node = written.get(key.name());
    if (node == null && key.fallback() != null) {
      node = Yaml.fallback(key.fallback());
    }
    return node == null ? Optional.empty() : key.form().read(slot.child(key.name(), node), reading);
  }

  private String expected() {
    String listed = String.join(", ", names());
    if (keys.size() == 1) {
      return "a mapping with the key " + listed;
    }
    return single ? "exactly one of the keys " + listed : "a mapping with the keys " + listed;
  }

  private static String found(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getTag().equals(Tag.NULL) ? "nothing" : "a single value";
    }
    return "a list";
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
