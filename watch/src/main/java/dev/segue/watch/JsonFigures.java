package dev.segue.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as figures: whole numbers are longs, others doubles, and null is left out.
final class JsonFigures {

  private static final JsonMapper JSON = JsonMapper.shared();

  private JsonFigures() {}

  /// @return the members, in a map the caller may change; empty when the text is no JSON object
  static Optional<Map<String, Object>> members(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node.isObject() ? Optional.of(members(node)) : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> members(JsonNode object) {
    Map<String, Object> members = new HashMap<>();
    object.forEachEntry((name, node) -> figure(node).ifPresent(v -> members.put(name, v)));
    return members;
  }

  private static Optional<Object> figure(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> Optional.of(node.stringValue());
      case BOOLEAN -> Optional.of(node.booleanValue());
      case NUMBER ->
          Optional.of(
              node.isIntegralNumber() && node.canConvertToLong()
                  ? (Object) node.longValue()
                  : (Object) node.doubleValue());
      case OBJECT -> Optional.of(members(node));
      case ARRAY -> {
        List<Object> elements = new ArrayList<>();
        node.forEach(element -> figure(element).ifPresent(elements::add));
        yield Optional.of(elements);
      }
      case NULL, MISSING, BINARY, POJO -> Optional.empty();
    };
  }
}
