package dev.segue.change;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Environment variables by name; their values may be secret.
record EnvForm() implements Form<Map<String, Secret>> {

  private static final String NAME = "^[A-Za-z_][A-Za-z0-9_.-]*$";

  @Override
  public Optional<Map<String, Secret>> read(Slot slot, Reading reading) {
    if (!(slot.node() instanceof MappingNode mapping)) {
      reading.problem(slot, "expected a mapping of names to values");
      return Optional.empty();
    }
    int before = reading.reports();
    Map<String, Secret> env = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Slot keySlot = new Slot(slot.path(), tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key) || !key.getValue().matches(NAME)) {
        reading.problem(keySlot, "this is no name of an environment variable");
        continue;
      }
      Optional<String> value = value(slot.child(key.getValue(), tuple.getValueNode()), reading);
      if (value.isPresent() && env.put(key.getValue(), new Secret(value.get())) != null) {
        reading.problem(keySlot, "'" + key.getValue() + "' is given twice");
      }
    }
    return reading.reports() == before ? Optional.of(env) : Optional.empty();
  }

  private static Optional<String> value(Slot slot, Reading reading) {
    if (!(slot.node() instanceof ScalarNode value) || value.getTag().equals(Tag.NULL)) {
      reading.problem(reading.source().place(slot.node()), slot.path(), "expected a value", "***");
      return Optional.empty();
    }
    return reading.variables().fill(value, slot, reading).map(Variables.Filled::text);
  }

  @Override
  public Map<String, Object> schema() {
    return Scalars.schema(
        "type",
        "object",
        "propertyNames",
        Map.of("pattern", NAME),
        "additionalProperties",
        Map.of("type", List.of("string", "number", "boolean")));
  }
}
