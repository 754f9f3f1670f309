package dev.segue.change;

import org.jspecify.annotations.Nullable;

/// One key of a mapping. The same object reads the file and describes it to editors, so the two
/// cannot drift apart.
///
/// @param fallback the value it has when it is not written, as YAML; null: none
/// @param about a sentence for whoever hovers over the key
record Key<T>(
    String name, Form<T> form, boolean required, @Nullable String fallback, String about) {

  static <T> Key<T> required(String name, Form<T> form, String about) {
    return new Key<>(name, form, true, null, about);
  }

  static <T> Key<T> optional(String name, Form<T> form, String about) {
    return new Key<>(name, form, false, null, about);
  }

  static <T> Key<T> optional(String name, Form<T> form, String fallback, String about) {
    return new Key<>(name, form, false, fallback, about);
  }
}
