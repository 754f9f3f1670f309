package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The keys that could not be converted, as Redis itself lists them: a hash beside the data.
record FailedKeys(Server server, Names names) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// Why, as the hash has it behind the key.
  private record Why(String field, @Nullable String value, String code, String reason) {}

  void add(String key, Failures.Failed one) {
    Why why = new Why(one.field(), one.value(), one.code(), one.reason());
    server.one(Call.at(names.failed(), "HSET", key, Raw.of(JSON.writeValueAsString(why))));
  }
}
