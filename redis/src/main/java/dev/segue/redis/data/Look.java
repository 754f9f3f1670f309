package dev.segue.redis.data;

import dev.segue.redis.conversion.Stored;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was read of a key, raw.
///
/// @param values of a hash: those of the conversion's fields, null where one is missing; of a
///   document: its text
/// @param kept the old value as it is kept; null: nothing is, or it was not asked for
/// @param stored the same, as text; null where it is no UTF-8
/// @param old the same of what is kept; null where nothing is
record Look(
    String key,
    List<@Nullable String> values,
    @Nullable String kept,
    @Nullable Stored stored,
    @Nullable Stored old) {
  Look {
    values = Collections.unmodifiableList(values);
  }
}
