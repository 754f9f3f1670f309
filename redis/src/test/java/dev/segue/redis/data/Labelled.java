package dev.segue.redis.data;

import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Part;
import dev.segue.redis.conversion.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A small conversion: the texts `t:5` and `T:5` become `5`, which goes back to `t:5`; nothing else
/// can be converted. Of documents, the whole text.
record Labelled(List<String> fields) implements Conversion {

  static final Labelled TWO = new Labelled(List.of("a", "b"));
  static final Labelled DOCUMENT = new Labelled(List.of());

  private static final String OLD = "[tT]:\\d+";
  private static final String NEW = "\\d+";

  @Override
  public List<Part> parts() {
    return fields.isEmpty()
        ? Conversion.super.parts()
        : fields.stream()
            .map(field -> Part.ofFields(new Labelled(List.of(field)), List.of(field)))
            .toList();
  }

  @Override
  public Result up(Stored old) {
    return turned(old, OLD, value -> value.substring(2), NEW);
  }

  @Override
  public Result down(Stored now) {
    return turned(now, NEW, value -> "t:" + value, OLD);
  }

  private interface Turn {
    String of(String value);
  }

  private Result turned(Stored stored, String from, Turn turn, String already) {
    Map<String, String> is = values(stored);
    Map<String, String> becomes = new TreeMap<>();
    for (Map.Entry<String, String> value : is.entrySet()) {
      if (!fields.isEmpty() && !fields.contains(value.getKey())) {
        becomes.put(value.getKey(), value.getValue());
      } else if (value.getValue().matches(from)) {
        becomes.put(value.getKey(), turn.of(value.getValue()));
      } else if (value.getValue().matches(already)) {
        becomes.put(value.getKey(), value.getValue());
      } else {
        return new Failed(value.getKey(), value.getValue(), "unreadable", "it is no number");
      }
    }
    if (is.equals(becomes)) {
      return new Already();
    }
    return new Converted(
        switch (stored) {
          case Stored.Hash _ -> new Stored.Hash(becomes);
          case Stored.Json _ -> new Stored.Json(becomes.getOrDefault("", ""));
        },
        0);
  }

  private static Map<String, String> values(Stored stored) {
    return switch (stored) {
      case Stored.Hash hash -> hash.fields();
      case Stored.Json json -> Map.of("", json.text());
    };
  }

  @Override
  public List<Form> forms(Stored stored) {
    List<Form> forms = new ArrayList<>();
    values(stored)
        .forEach((field, value) -> {
          String name =
              value.matches(OLD) ? "labelled" : value.matches(NEW) ? "number" : "unreadable";
          forms.add(new Form(field, name, value, !name.equals("unreadable")));
        });
    return forms;
  }
}
