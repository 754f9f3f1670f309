package dev.segue.redis.conversion;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is stored, while it is changed. Names are those of a hash's fields, or paths of a document.
interface Draft {

  /// What becomes of one value.
  @FunctionalInterface
  interface Change {
    /// @param name as it was asked for
    /// @return the same to leave it
    Value of(String name, Value value) throws Unfit;
  }

  /// Changes every value that is there.
  void each(List<String> names, Change change) throws Unfit;

  /// The one value of a name; null: it is not there.
  @Nullable Value get(String name) throws Unfit;

  void set(String name, Value value) throws Unfit;

  /// Takes every value of the name away.
  void remove(String name) throws Unfit;

  /// Gives every value of the name another last name; one that has that name already goes.
  void rename(String name, String to) throws Unfit;

  /// What an expression sees: fields, or members of the document.
  Map<String, Object> variables() throws Unfit;

  /// Whether values have types.
  boolean typed();

  Stored stored();
}
