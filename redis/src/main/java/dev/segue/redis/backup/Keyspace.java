package dev.segue.redis.backup;

import dev.segue.redis.wire.Node;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many keys a server has at a moment.
///
/// @param keys by database; those without any are left out
/// @param expiring of them, by database
/// @param writes it has carried out since it last saved
record Keyspace(Map<Integer, Long> keys, Map<Integer, Long> expiring, long writes) {

  private static final Pattern FIGURES = Pattern.compile("keys=(\\d+),expires=(\\d+)");

  static Keyspace read(Node node) {
    Map<Integer, Long> keys = new TreeMap<>();
    Map<Integer, Long> expiring = new TreeMap<>();
    Map<String, String> info = node.info("keyspace", "persistence");
    info.forEach((name, value) -> {
      Matcher figures = FIGURES.matcher(value);
      if (name.matches("db\\d+") && figures.find()) {
        int database = Integer.parseInt(name.substring(2));
        keys.put(database, Long.parseLong(figures.group(1)));
        expiring.put(database, Long.parseLong(figures.group(2)));
      }
    });
    return new Keyspace(
        keys, expiring, Long.parseLong(info.getOrDefault("rdb_changes_since_last_save", "0")));
  }

  long of(int database) {
    return keys.getOrDefault(database, 0L);
  }

  long total() {
    return keys.values().stream().mapToLong(Long::longValue).sum();
  }
}
