package dev.segue.change;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Texts by name, in the order of the file.
///
/// @param expected what it is, for errors: `new values by old value`
record TextMapForm(String expected) implements Form<Map<String, String>> {

  @Override
  public Optional<Map<String, String>> read(Slot slot, Reading reading) {
    if (!(slot.node() instanceof MappingNode mapping)) {
      reading.problem(slot, "expected " + expected + ", as a mapping");
      return Optional.empty();
    }
    int before = reading.reports();
    Map<String, String> texts = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Slot keySlot = new Slot(slot.path(), tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        reading.problem(keySlot, "a key must be a word");
        continue;
      }
      Optional<String> text =
          Scalars.TEXT.read(slot.child(key.getValue(), tuple.getValueNode()), reading);
      if (text.isPresent() && texts.put(key.getValue(), text.get()) != null) {
        reading.problem(keySlot, "'" + key.getValue() + "' is given twice");
      }
    }
    return reading.reports() == before ? Optional.of(texts) : Optional.empty();
  }

  @Override
  public Map<String, Object> schema() {
    return Scalars.schema("type", "object", "additionalProperties", Scalars.TEXT.schema());
  }
}
