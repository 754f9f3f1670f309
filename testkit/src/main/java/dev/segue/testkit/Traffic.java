package dev.segue.testkit;

import org.jspecify.annotations.Nullable;

/// What users ask of an application: one request after the other, made by one thread.
@FunctionalInterface
public interface Traffic {

  /// @param n counts from 0
  Request next(long n);

  /// @param path with its query, relative to the base URL
  /// @param body JSON; null: none
  /// @param write what must be found later if this request is answered well; null: it only reads
  record Request(String method, String path, @Nullable String body, @Nullable Write write) {

    public static Request get(String path) {
      return new Request("GET", path, null, null);
    }
  }

  /// One write.
  ///
  /// @param id its own, never used twice
  /// @param value what it leaves behind
  record Write(String id, String value) {}
}
