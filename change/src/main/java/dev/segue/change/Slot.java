package dev.segue.change;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// A value in a change file and the keys that lead to it, `deploy.health.path`.
record Slot(String path, Node node) {

  Slot child(String key, Node value) {
    return new Slot(path.isEmpty() ? key : path + "." + key, value);
  }

  /// The value below these keys, or as far down as the file goes.
  Slot at(String... keys) {
    Slot slot = this;
    for (String key : keys) {
      Optional<Node> value = slot.value(key);
      if (value.isEmpty()) {
        return slot;
      }
      slot = slot.child(key, value.get());
    }
    return slot;
  }

  boolean has(String key) {
    return value(key).isPresent();
  }

  private Optional<Node> value(String key) {
    if (!(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    return mapping.getValue().stream()
        .filter(t -> t.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
        .map(NodeTuple::getValueNode)
        .findFirst();
  }
}
