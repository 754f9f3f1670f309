package dev.segue.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Mappings of several kinds, told apart by a key that only one kind has.
record VariantForm<T>(List<Variant<T>> variants) implements Form<T> {

  /// @param key whose presence tells that it is this one
  record Variant<T>(Key<?> key, MappingForm<? extends T> form) {}

  @Override
  public Optional<T> read(Slot slot, Reading reading) {
    List<Variant<T>> meant = variants.stream().filter(v -> slot.has(v.key().name())).toList();
    if (meant.size() == 1) {
      return meant.getFirst().form().read(slot, reading).map(value -> value);
    }
    List<Slot> misspelt = meant.isEmpty() ? misspelt(slot) : List.of();
    misspelt.forEach(key -> reading.problem(key, unknown(key)));
    if (misspelt.isEmpty()) {
      reading.problem(slot, "expected exactly one of the keys " + String.join(", ", names()));
    }
    return Optional.empty();
  }

  private List<Slot> misspelt(Slot slot) {
    List<Slot> found = new ArrayList<>();
    if (slot.node() instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key && !known(key.getValue())) {
          found.add(new Slot(slot.path(), key));
        }
      }
    }
    return found.stream().filter(key -> Nearest.to(word(key), names()).isPresent()).toList();
  }

  private boolean known(String name) {
    return variants.stream()
        .flatMap(v -> v.form().keys().stream())
        .anyMatch(key -> key.name().equals(name));
  }

  private String unknown(Slot key) {
    return "unknown key '" + word(key) + "'" + Nearest.hint(word(key), names());
  }

  private static String word(Slot key) {
    return key.node() instanceof ScalarNode word ? Source.excerpt(word.getValue()) : "";
  }

  private List<String> names() {
    return variants.stream().map(v -> v.key().name()).toList();
  }

  @Override
  public Map<String, Object> schema() {
    return Scalars.schema("anyOf", variants.stream().map(v -> v.form().schema()).toList());
  }
}
