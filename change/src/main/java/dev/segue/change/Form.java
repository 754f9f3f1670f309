package dev.segue.change;

import java.util.Map;
import java.util.Optional;

/// What may stand as a value in a change file: how it is read, and how the schema says so.
interface Form<T> {

  /// @return empty when something is wrong with it; that was reported to the reading
  Optional<T> read(Slot slot, Reading reading);

  /// The JSON Schema of it, keyword by keyword.
  Map<String, Object> schema();
}
