package dev.segue.change;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// A list that may be written as its only value.
record OneOrMore<T>(Form<T> item) implements Form<List<T>> {

  @Override
  public Optional<List<T>> read(Slot slot, Reading reading) {
    return slot.node() instanceof ScalarNode
        ? item.read(slot, reading).map(List::of)
        : new ListForm<>(item, 1).read(slot, reading);
  }

  @Override
  public Map<String, Object> schema() {
    return Scalars.schema("anyOf", List.of(item.schema(), new ListForm<>(item, 1).schema()));
  }
}
