package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.redis.conversion.Stored;
import dev.segue.redis.om.RedisOm;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import dev.segue.redis.wire.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/// Reads values, and what is kept of them.
final class Reader {

  /// A value that is larger is read and written alone.
  static final int BIG = 1 << 20;

  private static final int HASHES_AT_ONCE = 500;
  private static final int DOCUMENTS_AT_ONCE = 20;

  private static final String NOT_OF_THIS_KIND = "WRONGTYPE";

  private final Server server;
  private final Names names;
  private final Shape shape;
  private final Keep keep;
  private final String[] values;
  private final String[] withSibling;

  Reader(Server server, Names names, Shape shape, Keep keep) {
    this.server = server;
    this.names = names;
    this.shape = shape;
    this.keep = keep;
    this.values = shape.fields().stream().map(Raw::of).toArray(String[]::new);
    this.withSibling = Arrays.copyOf(values, values.length + 1);
    this.withSibling[values.length] = names.sibling();
  }

  /// Whether what is kept is read, too.
  enum Kept {
    /// Whoever finds a value to be changed reads it again.
    UNREAD,
    /// Where it stands beside the value; the script notices what is kept aside.
    BESIDE,
    READ
  }

  /// What was read, how many keys hold something else, and how long it took.
  record Read(List<Look> looks, int others, Duration took) {}

  /// Documents may be large: so many keys as may be read at once.
  List<List<String>> lots(List<String> keys) {
    int atOnce = shape.hash() ? HASHES_AT_ONCE : DOCUMENTS_AT_ONCE;
    List<List<String>> lots = new ArrayList<>();
    for (int at = 0; at < keys.size(); at += atOnce) {
      lots.add(keys.subList(at, Math.min(keys.size(), at + atOnce)));
    }
    return lots;
  }

  /// Those that are gone are left out.
  Read read(List<String> keys, Kept kept) {
    boolean aside = keep == Keep.ASIDE && kept == Kept.READ;
    boolean beside = keep == Keep.BESIDE && kept != Kept.UNREAD;
    List<Look> looks = new ArrayList<>(keys.size());
    int others = 0;
    long began = System.nanoTime();
    for (List<String> some : together(keys)) {
      List<Answer> answers = server.all(calls(some, aside, beside));
      int stride = aside ? 2 : 1;
      for (int i = 0; i < some.size(); i++) {
        Answer value = answers.get(i * stride);
        if (otherKind(value) || ownOfRedisOm(some.get(i))) {
          others++;
        } else if (!value.nothing()) {
          String keptAside = aside ? answers.get(i * stride + 1).text() : null;
          looks.add(look(some.get(i), value, keptAside, beside));
        }
      }
    }
    return new Read(looks, others, Duration.ofNanos(System.nanoTime() - began));
  }

  private List<Call> calls(List<String> keys, boolean aside, boolean beside) {
    String[] fields = beside ? withSibling : values;
    List<Call> calls = new ArrayList<>(keys.size() * 2);
    for (String key : keys) {
      calls.add(
          switch (shape.kind()) {
            case HASH -> Call.at(key, "HMGET", fields);
            case JSON_TEXT -> Call.at(key, "GET");
            case JSON -> Call.at(key, "JSON.GET");
          });
      if (aside) {
        calls.add(Call.at(names.bucket(key), "HGET", key));
      }
    }
    return calls;
  }

  /// Documents may be large, and some hundred of them too much at once.
  private List<List<String>> together(List<String> keys) {
    if (shape.kind() != dev.segue.change.Backfill.Shape.JSON_TEXT) {
      return List.of(keys);
    }
    List<Answer> lengths = server.all(keys.stream().map(key -> Call.at(key, "STRLEN")).toList());
    List<List<String>> all = new ArrayList<>();
    List<String> some = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < keys.size(); i++) {
      long length = lengths.get(i).said() instanceof Long n ? n : 0;
      if (sum + length > BIG && !some.isEmpty()) {
        all.add(some);
        some = new ArrayList<>();
        sum = 0;
      }
      some.add(keys.get(i));
      sum += length;
    }
    all.add(some);
    return all;
  }

  /// Of the kinds that a pattern's keys may have, Redis OM's own strings look like documents.
  private boolean ownOfRedisOm(String key) {
    return shape.kind() == dev.segue.change.Backfill.Shape.JSON_TEXT && RedisOm.keeps(key);
  }

  private boolean otherKind(Answer value) {
    JedisDataException refusal = value.refusal().orElse(null);
    if (refusal == null) {
      return false;
    }
    String said = String.valueOf(refusal.getMessage());
    if (said.startsWith(NOT_OF_THIS_KIND) || said.contains("wrong Redis type")) {
      return true;
    }
    throw Trouble.of(server.target(), refusal);
  }

  private Look look(String key, Answer value, @Nullable String keptAside, boolean beside) {
    List<@Nullable String> found;
    String kept = keptAside;
    if (shape.hash()) {
      List<@Nullable String> all = Arrays.asList(value.texts());
      found = all.subList(0, shape.width());
      if (beside) {
        kept = all.get(shape.width());
      }
    } else {
      found = Arrays.asList(value.text());
    }
    Stored old = kept == null ? null : shape.unpacked(kept);
    return new Look(key, found, kept, shape.stored(found), old);
  }

  /// Which of these keys are not there any more.
  List<String> gone(List<String> keys) {
    List<Answer> answers = server.all(keys.stream().map(key -> Call.at(key, "EXISTS")).toList());
    List<String> gone = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (answers.get(i).said() instanceof Long n && n == 0) {
        gone.add(keys.get(i));
      }
    }
    return gone;
  }
}
