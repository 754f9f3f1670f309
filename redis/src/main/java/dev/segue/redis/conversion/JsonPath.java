package dev.segue.redis.conversion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A path in a document, `visits[].at`.
///
/// @param steps names; `[]` for every element of a list
record JsonPath(List<String> steps) {

  private static final String ELEMENTS = "[]";

  /// Where the wanted values are, as far as paths have their beginnings in common.
  static final class Tree {

    private final Map<String, Tree> members = new HashMap<>();
    private @Nullable Tree elements;
    private @Nullable String path;
    private boolean object;

    @Nullable Tree member(String name) {
      return members.get(name);
    }

    @Nullable Tree elements() {
      return elements;
    }

    /// The path that ends here; null: none.
    @Nullable String path() {
      return path;
    }

    /// Whether the members of the object here are wanted.
    boolean object() {
      return object;
    }

    private Tree at(List<String> steps) {
      Tree tree = this;
      for (String step : steps) {
        if (step.equals(ELEMENTS)) {
          Tree next = tree.elements == null ? new Tree() : tree.elements;
          tree.elements = next;
          tree = next;
        } else {
          tree = tree.members.computeIfAbsent(step, s -> new Tree());
        }
      }
      return tree;
    }
  }

  static JsonPath of(String path) {
    return new JsonPath(List.of(path.replace(ELEMENTS, "." + ELEMENTS).split("\\.", -1)));
  }

  static Tree tree(List<String> paths) {
    Tree tree = new Tree();
    paths.forEach(path -> tree.at(of(path).steps).path = path);
    return tree;
  }

  /// Whether one of the two is within the other, or they are the same.
  boolean overlaps(String path) {
    List<String> others = of(path).steps;
    int both = Math.min(steps.size(), others.size());
    return steps.subList(0, both).equals(others.subList(0, both));
  }

  /// The path of the outermost list that it goes through.
  Optional<String> list() {
    int at = steps.indexOf(ELEMENTS);
    return at <= 0 ? Optional.empty() : Optional.of(String.join(".", steps.subList(0, at)));
  }

  String last() {
    return steps.getLast();
  }

  /// The objects that hold the last name.
  Tree parentTree() {
    Tree tree = new Tree();
    tree.at(steps.subList(0, steps.size() - 1)).object = true;
    return tree;
  }
}
