package dev.segue.change;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// From YAML text to nodes.
final class Yaml {

  /// A change file needs seven; the composer recurses, so it is not left to the stack.
  private static final int DEEPEST = 50;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setAllowDuplicateKeys(true) // found later, with both places
          .setAllowNonScalarKeys(true) // likewise
          .setMaxAliasesForCollections(20)
          .build();

  private Yaml() {}

  /// The one document of a text.
  ///
  /// @return empty when it is not YAML or not one document; that was reported
  static Optional<Node> compose(String text, Reading reading) {
    int before = reading.reports();
    try {
      checkShape(text, reading);
      if (reading.reports() > before) {
        return Optional.empty();
      }
      Optional<Node> node = new Compose(SETTINGS).composeString(text);
      if (node.isEmpty()) {
        problem(reading, reading.source().start(), "the file is empty; begin with 'change: NAME'");
      }
      return node;
    } catch (MarkedYamlEngineException e) {
      Place at =
          e.getProblemMark()
              .or(e::getContextMark)
              .map(reading.source()::place)
              .orElseGet(reading.source()::start);
      problem(reading, at, "this is not YAML: " + explain(e));
    } catch (ReaderException e) {
      String code = "U+%04X".formatted(e.getCodePoint());
      Place at = reading.source().placeOfCodePoint(e.getPosition());
      problem(reading, at, "the character " + code + " may not stand in a YAML file");
    } catch (YamlEngineException e) {
      problem(reading, reading.source().start(), "this is not YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static void checkShape(String text, Reading reading) {
    int depth = 0;
    int documents = 0;
    Iterator<Event> events = new Parse(SETTINGS).parseString(text).iterator();
    while (events.hasNext()) {
      Event event = events.next();
      switch (event) {
        case CollectionStartEvent _ -> depth++;
        case CollectionEndEvent _ -> depth--;
        case DocumentStartEvent _ -> documents++;
        case Event _ -> {}
      }
      Place at = event.getStartMark().map(reading.source()::place).orElseThrow();
      if (depth > DEEPEST) {
        problem(reading, at, "nested more than " + DEEPEST + " deep");
        return;
      }
      if (documents > 1) {
        problem(reading, at, "a second document begins here; a change file holds one");
        return;
      }
    }
  }

  private static String explain(MarkedYamlEngineException e) {
    if (e.getContext() == null || e.getContext().isEmpty()) {
      return e.getProblem();
    }
    String line = e.getContextMark().map(m -> " (line " + (m.getLine() + 1) + ")").orElse("");
    return e.getContext() + line + ": " + e.getProblem();
  }

  private static void problem(Reading reading, Place at, String message) {
    reading.problem(at, "", message, reading.source().excerpt(at));
  }

  /// The node of a default, which is YAML of our own.
  static Node fallback(String text) {
    return new Compose(SETTINGS).composeString(text).orElseThrow();
  }

  /// A node as strings, numbers, flags, lists and maps.
  static Object plain(Node node) {
    return switch (node) {
      case MappingNode mapping -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
          map.put(((ScalarNode) tuple.getKeyNode()).getValue(), plain(tuple.getValueNode()));
        }
        yield map;
      }
      case SequenceNode list -> (Object) list.getValue().stream().map(Yaml::plain).toList();
      case ScalarNode scalar when scalar.getTag().equals(Tag.INT) ->
          Integer.valueOf(scalar.getValue());
      case ScalarNode scalar when scalar.getTag().equals(Tag.BOOL) ->
          Boolean.valueOf(scalar.getValue());
      case ScalarNode scalar -> scalar.getValue();
      case Node other -> throw new IllegalArgumentException(other.toString());
    };
  }
}
