package dev.segue.redis.conversion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/// A document. Only what is touched changes; every other character stays as it is.
final class JsonDraft implements Draft {

  private static final ObjectMapper JSON = new ObjectMapper();

  private String text;

  JsonDraft(Stored.Json document) {
    this.text = document.text();
  }

  @Override
  public void each(List<String> names, Change change) throws Unfit {
    Edits edits = new Edits();
    for (JsonSpots.Spot spot : spots(names)) {
      Value after = change.of(spot.path(), spot.value());
      if (!after.equals(spot.value())) {
        edits.replace(spot.start(), spot.end(), json(after));
      }
    }
    text = edits.applied(text);
  }

  @Override
  public @Nullable Value get(String name) throws Unfit {
    List<JsonSpots.Spot> spots = spots(List.of(name));
    return spots.isEmpty() ? null : spots.getLast().value();
  }

  @Override
  public void set(String name, Value value) throws Unfit {
    if (get(name) != null) {
      each(List.of(name), (path, before) -> value);
      return;
    }
    JsonPath path = JsonPath.of(name);
    List<JsonSpots.Members> parents = members(path);
    if (parents.isEmpty()) {
      throw new Unfit(name, "", "no-parent", "there is no object to put it into");
    }
    Edits edits = new Edits();
    edits.add(parents.getLast(), JSON.writeValueAsString(path.last()) + ":" + json(value));
    text = edits.applied(text);
  }

  @Override
  public void remove(String name) throws Unfit {
    JsonPath path = JsonPath.of(name);
    Edits edits = new Edits();
    for (JsonSpots.Members object : members(path)) {
      edits.remove(object.members(), path.last());
    }
    text = edits.applied(text);
  }

  @Override
  public void rename(String name, String to) throws Unfit {
    JsonPath path = JsonPath.of(name);
    Edits edits = new Edits();
    for (JsonSpots.Members object : members(path)) {
      if (object.members().stream().noneMatch(m -> m.name().equals(path.last()))) {
        continue;
      }
      edits.remove(object.members(), to);
      for (JsonSpots.Member member : object.members()) {
        if (member.name().equals(path.last())) {
          edits.replace(member.start(), member.nameEnd(), JSON.writeValueAsString(to));
        }
      }
    }
    text = edits.applied(text);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Map<String, Object> variables() throws Unfit {
    try {
      Map<String, Object> variables = new HashMap<>();
      if (JSON.readValue(text, Object.class) instanceof Map<?, ?> members) {
        members.forEach((name, value) -> variables.put(String.valueOf(name), seen(value)));
      }
      return variables;
    } catch (JacksonException e) {
      throw noJson();
    }
  }

  private static Object seen(@Nullable Object value) {
    return switch (value) {
      case null -> dev.segue.watch.Formula.nothing();
      case Integer number -> number.longValue();
      case List<?> list -> list.stream().map(JsonDraft::seen).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> all = new HashMap<>();
        map.forEach((name, member) -> all.put(name, seen(member)));
        yield all;
      }
      default -> value;
    };
  }

  @Override
  public boolean typed() {
    return true;
  }

  @Override
  public Stored stored() {
    return new Stored.Json(text);
  }

  private List<JsonSpots.Spot> spots(List<String> names) throws Unfit {
    try {
      return JsonSpots.of(text, JsonPath.tree(names)).values();
    } catch (JacksonException e) {
      throw noJson();
    }
  }

  private List<JsonSpots.Members> members(JsonPath path) throws Unfit {
    try {
      return JsonSpots.of(text, path.parentTree()).objects();
    } catch (JacksonException e) {
      throw noJson();
    }
  }

  private Unfit noJson() {
    return new Unfit("", text, "no-json", "this is no JSON document");
  }

  private static String json(Value value) {
    return switch (value) {
      case Value.Text v -> JSON.writeValueAsString(v.text());
      case Value.Numeral v -> v.literal();
      case Value.Nothing _ -> "null";
      case Value.Other v -> v.json();
    };
  }
}
