package dev.segue.redis.backup;

import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// What keys hold on two servers: the same, or not.
///
/// @param backup asks the server that has loaded the backup
/// @param live asks the one that is in use
record Contents(
    Function<List<Call>, List<Answer>> backup, Function<List<Call>, List<Answer>> live) {

  /// What a dump ends with: the version of its format, and a checksum over that, too.
  private static final int FOOTER = 10;

  enum Verdict {
    SAME,
    DIFFERENT,
    /// Not in the live server.
    MISSING,
    /// Not in the backup: never was, or has expired.
    GONE
  }

  /// @param dump of the backup; empty when it is gone there
  record Compared(String key, Verdict verdict, String dump) {}

  List<Compared> compare(List<String> keys) {
    List<Call> dumps = keys.stream().map(key -> Call.at(key, "DUMP")).toList();
    List<Answer> before = backup.apply(dumps);
    List<Answer> now = live.apply(dumps);
    List<Compared> compared = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      Answer was = before.get(i);
      compared.add(
          new Compared(key, verdict(key, was, now.get(i)), was.nothing() ? "" : was.words()));
    }
    return compared;
  }

  private Verdict verdict(String key, Answer was, Answer is) {
    if (was.nothing()) {
      return Verdict.GONE;
    }
    if (is.nothing()) {
      return Verdict.MISSING;
    }
    return body(was.words()).equals(body(is.words())) || sameContent(key)
        ? Verdict.SAME
        : Verdict.DIFFERENT;
  }

  private static String body(String dump) {
    return dump.substring(0, Math.max(0, dump.length() - FOOTER));
  }

  /// Two servers may store the same differently, and hash tables have no order.
  private boolean sameContent(String key) {
    List<Call> type = List.of(Call.at(key, "TYPE"));
    String was = backup.apply(type).getFirst().words();
    Optional<Call> reading = reading(key, was);
    if (reading.isEmpty() || !live.apply(type).getFirst().words().equals(was)) {
      return false;
    }
    List<Call> read = List.of(reading.get());
    return content(was, backup.apply(read).getFirst())
        .equals(content(was, live.apply(read).getFirst()));
  }

  private static Optional<Call> reading(String key, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "string" -> Optional.of(Call.at(key, "GET"));
      case "list" -> Optional.of(Call.at(key, "LRANGE", "0", "-1"));
      case "set" -> Optional.of(Call.at(key, "SMEMBERS"));
      case "hash" -> Optional.of(Call.at(key, "HGETALL"));
      case "zset" -> Optional.of(Call.at(key, "ZRANGE", "0", "-1", "WITHSCORES"));
      default -> Optional.empty();
    };
  }

  private static List<String> content(String type, Answer answer) {
    return switch (type) {
      case "string" -> List.of(answer.words());
      case "hash" -> {
        String[] words = texts(answer);
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < words.length; i += 2) {
          // The length keeps "a" with "bc" apart from "ab" with "c".
          pairs.add(words[i].length() + ":" + words[i] + words[i + 1]);
        }
        pairs.sort(null);
        yield pairs;
      }
      case "set" -> Arrays.stream(texts(answer)).sorted().toList();
      default -> List.of(texts(answer));
    };
  }

  private static String[] texts(Answer answer) {
    return answer.parts().stream().map(Answer::words).toArray(String[]::new);
  }
}
