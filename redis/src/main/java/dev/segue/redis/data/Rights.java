package dev.segue.redis.data;

import dev.segue.change.Backfill;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a user may not do and must be able to, there or on the way back. Servers before 7.0 cannot
/// be asked without doing it: there nothing is missing.
final class Rights {

  private static final List<String> OWN =
      List.of("GET", "SET", "EXISTS", "UNLINK", "HGET", "HGETALL", "HSET", "HDEL", "HSCAN");

  /// With the key in every place: some commands take any number of them.
  private static final String ASK =
      """
      local missing = {}
      for _, command in ipairs(redis.acl_check_cmd and ARGV or {}) do
        local known, may = pcall(redis.acl_check_cmd, command, KEYS[1], KEYS[1], KEYS[1])
        if known and not may then missing[#missing + 1] = command end
      end
      return missing
      """;

  private Rights() {}

  /// @param own a key of Segue's
  /// @param key one of those that change
  /// @return commands, as ACL SETUSER takes them
  static List<String> missing(Server server, String own, String key, Backfill.Shape shape) {
    List<String> missing = new ArrayList<>(ask(server, own, OWN));
    ask(server, key, of(shape)).stream()
        .filter(each -> !missing.contains(each))
        .forEach(missing::add);
    return missing.stream().map(each -> "+" + each.toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> of(Backfill.Shape shape) {
    return switch (shape) {
      case HASH -> List.of("HMGET", "HGET", "HSET", "HDEL", "HLEN", "HEXISTS", "EXISTS");
      case JSON_TEXT -> List.of("GET", "STRLEN", "SET", "EXISTS");
      case JSON -> List.of("JSON.GET", "JSON.SET", "PTTL", "PEXPIRE", "EXISTS");
    };
  }

  private static List<String> ask(Server server, String key, List<String> commands) {
    List<String> words = new ArrayList<>(List.of(ASK, "1", key));
    words.addAll(commands);
    return server.one(Call.near(key, "EVAL", words.toArray(String[]::new))).parts().stream()
        .map(Answer::words)
        .toList();
  }
}
