package dev.segue.redis.conversion;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/// The values at some paths of a document. A place is a JSON Pointer: `/visits/0/at`.
///
/// @param names paths
record JsonPlaces(Conversion conversion, List<String> names) implements Part {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Where a name stands several times in one object.
  private static final char AGAIN = '\u0000';

  @Override
  public Map<String, String> values(Stored stored) {
    Map<String, String> values = new TreeMap<>();
    spots(text(stored))
        .forEach(
            (place, spot) -> values.put(place, text(stored).substring(spot.start(), spot.end())));
    return values;
  }

  private Map<String, JsonSpots.Spot> spots(String text) {
    Map<String, JsonSpots.Spot> spots = new TreeMap<>();
    for (JsonSpots.Spot spot : found(text, JsonPath.tree(names)).values()) {
      StringBuilder place = new StringBuilder(spot.place());
      while (spots.containsKey(place.toString())) {
        place.append(AGAIN);
      }
      spots.put(place.toString(), spot);
    }
    return spots;
  }

  /// Nothing, in what is no JSON.
  private static JsonSpots.Found found(String text, JsonPath.Tree wanted) {
    try {
      return JsonSpots.placed(text, wanted);
    } catch (JacksonException e) {
      return new JsonSpots.Found(List.of(), List.of());
    }
  }

  private static String text(Stored stored) {
    return switch (stored) {
      case Stored.Json json -> json.text();
      case Stored.Hash _ -> "";
    };
  }

  @Override
  public Optional<Stored> with(Stored stored, Map<String, String> values) {
    String text = text(stored);
    Map<String, JsonSpots.Spot> there = spots(text);
    Edits edits = new Edits();
    there.forEach((place, spot) -> {
      String value = values.get(place);
      if (value != null) {
        edits.replace(spot.start(), spot.end(), value);
      }
    });
    String changed = edits.applied(text);
    for (String place : there.keySet()) {
      if (!values.containsKey(place)) {
        changed = member(changed, place, null);
      }
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      if (!there.containsKey(value.getKey())) {
        changed = member(changed, value.getKey(), value.getValue());
      }
    }
    return Optional.ofNullable(changed).map(Stored.Json::new);
  }

  /// @param value null: it goes
  /// @return null where there is no object that has or could have it
  private @Nullable String member(@Nullable String text, String place, @Nullable String value) {
    if (text == null) {
      return null;
    }
    int slash = place.lastIndexOf('/');
    String name = JsonSpots.unescaped(place.substring(slash + 1).replace("" + AGAIN, ""));
    for (String path : names) {
      JsonPath one = JsonPath.of(path);
      if (!one.last().equals(name)) {
        continue;
      }
      for (JsonSpots.Members object : found(text, one.parentTree()).objects()) {
        if (object.place().equals(place.substring(0, slash))) {
          Edits edits = new Edits();
          if (value == null) {
            edits.remove(object.members(), name);
          } else {
            edits.add(object, JSON.writeValueAsString(name) + ":" + value);
          }
          return edits.applied(text);
        }
      }
    }
    return null;
  }

  @Override
  public boolean samePlaces(Stored one, Stored other) {
    List<String> lists = names.stream().flatMap(name -> JsonPath.of(name).list().stream()).toList();
    JsonPlaces all = new JsonPlaces(conversion, lists);
    return all.values(one).equals(all.values(other));
  }
}
