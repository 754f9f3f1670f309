package dev.segue.redis.conversion;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// Where things stand in the text of a document.
final class JsonSpots {

  private static final JsonFactory FACTORY = new JsonFactory();

  /// A value.
  ///
  /// @param place where exactly, as a JSON Pointer; blank where nobody asked
  /// @param start of its text
  /// @param end behind its text
  record Spot(String path, String place, Value value, int start, int end) {}

  /// A name with its value.
  ///
  /// @param start of the name
  /// @param end behind the value
  record Member(String name, int start, int nameEnd, int end) {}

  /// An object.
  ///
  /// @param place where exactly, as a JSON Pointer; blank where nobody asked
  /// @param open its brace
  record Members(String place, int open, List<Member> members) {}

  /// What was found.
  record Found(List<Spot> values, List<Members> objects) {}

  private final String text;
  private final JsonParser parser;
  private final List<Spot> values = new ArrayList<>();
  private final List<Members> objects = new ArrayList<>();
  private final boolean placed;

  private JsonSpots(String text, JsonParser parser, boolean placed) {
    this.text = text;
    this.parser = parser;
    this.placed = placed;
  }

  /// @throws tools.jackson.core.JacksonException when the text is no JSON
  static Found of(String text, JsonPath.Tree wanted) {
    return of(text, wanted, false);
  }

  /// The same, with where exactly each is.
  static Found placed(String text, JsonPath.Tree wanted) {
    return of(text, wanted, true);
  }

  private static Found of(String text, JsonPath.Tree wanted, boolean placed) {
    try (JsonParser parser =
        FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
      JsonSpots spots = new JsonSpots(text, parser, placed);
      if (parser.nextToken() == null) {
        throw new StreamReadException(parser, "no value");
      }
      spots.value(wanted, "");
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "more than one value");
      }
      return new Found(spots.values, spots.objects);
    }
  }

  /// @return behind the value that begins with the current token
  private int value(JsonPath.@Nullable Tree wanted, String place) {
    int start = position();
    JsonToken token = parser.currentToken();
    if (wanted == null) {
      return end(start, token);
    }
    String path = wanted.path();
    if (path != null) {
      Value scalar = scalar(token);
      int end = end(start, token);
      Value value = scalar == null ? new Value.Other(text.substring(start, end)) : scalar;
      values.add(new Spot(path, place, value, start, end));
      return end;
    }
    if (token == JsonToken.START_OBJECT) {
      return object(start, wanted, place);
    }
    if (token == JsonToken.START_ARRAY && wanted.elements() != null) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        value(wanted.elements(), placed ? place + "/" + i : "");
      }
      return position() + 1;
    }
    return end(start, token);
  }

  private int object(int start, JsonPath.Tree wanted, String place) {
    List<Member> members = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int nameStart = position();
      int nameEnd = closing(nameStart);
      parser.nextToken();
      String at = placed ? place + "/" + escaped(name) : "";
      members.add(new Member(name, nameStart, nameEnd, value(wanted.member(name), at)));
    }
    if (wanted.object()) {
      objects.add(new Members(place, start, List.copyOf(members)));
    }
    return position() + 1;
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /// A name out of a place.
  static String unescaped(String step) {
    return step.replace("~1", "/").replace("~0", "~");
  }

  private @Nullable Value scalar(@Nullable JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> new Value.Text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value.Numeral(parser.getString());
      case VALUE_NULL -> Value.Nothing.NOTHING;
      case null, default -> null;
    };
  }

  /// Behind the value whose first token is the current one.
  private int end(int start, @Nullable JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> closing(start);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> start + parser.getStringLength();
      case VALUE_NULL, VALUE_TRUE -> start + 4;
      case VALUE_FALSE -> start + 5;
      case null, default -> {
        parser.skipChildren();
        yield position() + 1;
      }
    };
  }

  /// Behind the quote that closes the text beginning here. The parser reads no text before it is
  /// asked for it, so there may be none.
  private int closing(int start) {
    int at = start + 1;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= text.length()) {
      throw new StreamReadException(parser, "ends within a text");
    }
    return at + 1;
  }

  private int position() {
    return (int) parser.currentTokenLocation().getCharOffset();
  }
}
