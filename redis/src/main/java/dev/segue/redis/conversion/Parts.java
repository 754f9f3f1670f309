package dev.segue.redis.conversion;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Operations that share a name belong together, and so do those that share a name with them.
final class Parts {

  private Parts() {}

  /// What belongs together, each operation with its place in the order.
  private record Group(Set<String> names, TreeMap<Integer, Operation> operations) {

    boolean touches(Group other, boolean hash) {
      return names.stream()
          .anyMatch(name ->
              hash
                  ? other.names.contains(name)
                  : other.names.stream().anyMatch(one -> JsonPath.of(name).overlaps(one)));
    }

    void join(Group other) {
      names.addAll(other.names);
      operations.putAll(other.operations);
    }
  }

  /// @param chain makes a conversion of some of the operations
  static List<Part> of(
      List<Operation> operations, boolean hash, Function<List<Operation>, Conversion> chain) {
    List<Group> groups = new ArrayList<>();
    int at = 0;
    for (Operation operation : operations) {
      for (Operation one : operation.apart()) {
        Group group = new Group(new HashSet<>(one.names()), new TreeMap<>(Map.of(at++, one)));
        List<Group> near = groups.stream().filter(other -> group.touches(other, hash)).toList();
        near.forEach(group::join);
        groups.removeAll(near);
        groups.add(group);
      }
    }
    return groups.stream().map(group -> part(group, hash, chain)).toList();
  }

  private static Part part(Group group, boolean hash, Function<List<Operation>, Conversion> chain) {
    Conversion conversion = chain.apply(List.copyOf(group.operations().values()));
    List<String> names = group.names().stream().sorted().toList();
    return hash ? new Fields(conversion, names) : new JsonPlaces(conversion, names);
  }

  /// @param names of fields
  record Fields(Conversion conversion, List<String> names) implements Part {

    @Override
    public Map<String, String> values(Stored stored) {
      Map<String, String> values = new TreeMap<>(all(stored));
      values.keySet().retainAll(names);
      return values;
    }

    @Override
    public Optional<Stored> with(Stored stored, Map<String, String> values) {
      Map<String, String> fields = new TreeMap<>(all(stored));
      names.forEach(fields::remove);
      fields.putAll(values);
      return Optional.of(new Stored.Hash(fields));
    }

    @Override
    public boolean samePlaces(Stored one, Stored other) {
      return true;
    }
  }

  /// A hash with all its fields, or the text of a document.
  record Whole(Conversion conversion) implements Part {

    @Override
    public Map<String, String> values(Stored stored) {
      return all(stored);
    }

    @Override
    public Optional<Stored> with(Stored stored, Map<String, String> values) {
      return switch (stored) {
        case Stored.Hash _ -> Optional.of(new Stored.Hash(values));
        case Stored.Json _ -> Optional.ofNullable(values.get("")).map(Stored.Json::new);
      };
    }

    @Override
    public boolean samePlaces(Stored one, Stored other) {
      return true;
    }
  }

  private static Map<String, String> all(Stored stored) {
    return switch (stored) {
      case Stored.Hash hash -> hash.fields();
      case Stored.Json json -> Map.of("", json.text());
    };
  }
}
