package dev.segue.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What changes in the data itself, in PostgreSQL and in Redis.
///
/// @param redis the server whose keys change; null when the change touches none
/// @param indexes of Redis' query engine, made anew
/// @param backfills in this order
public record Data(
    @Nullable RedisTarget redis, List<RedisIndex> indexes, List<Backfill> backfills) {

  public static final Data NONE = new Data(null, List.of(), List.of());

  public Data {
    indexes = List.copyOf(indexes);
    backfills = List.copyOf(backfills);
  }
}
