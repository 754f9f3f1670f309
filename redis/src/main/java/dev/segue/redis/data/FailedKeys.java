package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The keys that could not be converted, as Redis itself lists them: a hash beside the data, so
/// that whoever goes on with the run knows of them, wherever that is.
record FailedKeys(Server server, Names names) {

  private static final String AT_ONCE = "500";

  private static final JsonMapper JSON = JsonMapper.shared();

  /// Why, as the hash has it behind the key.
  private record Why(String field, @Nullable String value, String code, String reason) {

    /// @param key raw
    Failures.Failed of(String key) {
      return new Failures.Failed(Raw.shown(key), field, value, code, reason);
    }
  }

  void add(String key, Failures.Failed one) {
    Why why = new Why(one.field(), one.value(), one.code(), one.reason());
    server.one(Call.at(names.failed(), "HSET", key, Raw.of(JSON.writeValueAsString(why))));
  }

  /// They are as they should be after all.
  void remove(List<String> keys) {
    if (!keys.isEmpty()) {
      server.one(Call.at(names.failed(), "HDEL", keys.toArray(String[]::new)));
    }
  }

  /// @param keys raw, each with what the hash has behind it
  /// @param cursor of the next
  record Page(Map<String, String> keys, String cursor) {}

  Page page(String cursor) {
    List<Answer> answer =
        server.one(Call.at(names.failed(), "HSCAN", cursor, "COUNT", AT_ONCE)).parts();
    List<Answer> pairs = answer.getLast().parts();
    Map<String, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < pairs.size(); i += 2) {
      keys.put(pairs.get(i).words(), pairs.get(i + 1).words());
    }
    return new Page(keys, answer.getFirst().words());
  }

  /// For [Failures#heldBy].
  void each(Consumer<Failures.Failed> told) {
    String cursor = Checkpoint.START;
    do {
      Page page = page(cursor);
      page.keys()
          .forEach((key, why) -> told.accept(JSON.readValue(Raw.shown(why), Why.class).of(key)));
      cursor = page.cursor();
    } while (!cursor.equals(Checkpoint.START));
  }
}
