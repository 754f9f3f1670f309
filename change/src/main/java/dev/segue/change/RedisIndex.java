package dev.segue.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An index of Redis' query engine that takes another's place.
///
/// @param name of the new index
/// @param replaces the index that goes with the contract; null: none
/// @param alias what applications ask; it is switched from the old index to the new one; null: none
/// @param definition what follows `FT.CREATE name`: `ON HASH PREFIX 1 … SCHEMA …`, word by word
public record RedisIndex(
    Where where,
    String name,
    @Nullable String replaces,
    @Nullable String alias,
    List<String> definition) {
  public RedisIndex {
    definition = List.copyOf(definition);
  }
}
