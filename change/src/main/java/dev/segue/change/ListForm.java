package dev.segue.change;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A list of values of one form.
///
/// @param least how many there must be
record ListForm<T>(Form<T> item, int least) implements Form<List<T>> {

  /// More than any change needs; it keeps aliases from multiplying a small file.
  private static final int MOST = 100;

  @Override
  public Optional<List<T>> read(Slot slot, Reading reading) {
    if (!(slot.node() instanceof SequenceNode list)) {
      reading.problem(slot, "expected a list: begin each entry with '- '");
      return Optional.empty();
    }
    int size = list.getValue().size();
    if (size < least || size > MOST) {
      reading.problem(slot, "has " + size + " entries; from " + least + " to " + MOST + " may be");
      return Optional.empty();
    }
    List<T> items =
        list.getValue().stream()
            .flatMap(node -> item.read(new Slot(slot.path(), node), reading).stream())
            .toList();
    return items.size() == size ? Optional.of(items) : Optional.empty();
  }

  @Override
  public Map<String, Object> schema() {
    return Scalars.schema(
        "type", "array", "items", item.schema(), "minItems", least, "maxItems", MOST);
  }
}
