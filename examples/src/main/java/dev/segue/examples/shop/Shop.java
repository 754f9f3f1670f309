package dev.segue.examples.shop;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.SetParams;

/// What lies in the shop's Redis: members, each a hash, and events, each a document as text, under
/// keys as Redis OM makes them.
///
/// @param members how many
/// @param events how many
public record Shop(int members, int events) {

  static final String MEMBER = "shop:app.models.Member:";
  static final String EVENT = "shop:app.models.Event:";

  /// One in so many holds no date at all in its field.
  private static final int GARBAGE_EVERY = 2_500;

  /// One in so many was damaged by an earlier migration.
  private static final int DAMAGED_EVERY = 40_000;

  private static final int BATCH = 1_000;
  private static final int KEPT_FOR_SECONDS = 30 * 24 * 3600;
  private static final Instant FIRST = Instant.parse("2019-03-01T00:15:00Z");
  private static final String[] GARBAGE = {"soon", "31/12/2023", "2023-13-45T00:00:00", "n/a"};
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /// Three members to an event.
  public static Shop of(int items) {
    return new Shop(items - items / 4, items / 4);
  }

  public int items() {
    return members + events;
  }

  String memberKey(int number) {
    return MEMBER + ulid(number);
  }

  String eventKey(int number) {
    return EVENT + ulid(number + members);
  }

  /// Fills an empty database; the same shop is filled in the same way each time.
  public void fill(Jedis jedis) {
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < members; i++) {
        pipeline.hset(memberKey(i), member(i));
        if (i % BATCH == 0) {
          pipeline.sync();
        }
      }
      for (int i = 0; i < events; i++) {
        String document = event(i, instant(i), instant(i + 1));
        if (i % 10 == 0) {
          pipeline.set(eventKey(i), document, SetParams.setParams().ex(KEPT_FOR_SECONDS));
        } else {
          pipeline.set(eventKey(i), document);
        }
        if (i % BATCH == 0) {
          pipeline.sync();
        }
      }
      pipeline.sync();
    }
  }

  private Map<String, String> member(int number) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("pk", ulid(number));
    fields.put("name", "Member " + number);
    fields.put("email", "member" + number + "@example.org");
    // Redis OM stores None in a hash as an empty text.
    fields.put("joined", orEmpty(date(number, instant(number))));
    fields.put("last_seen", orEmpty(Dates.stored(number + 1, instant(number + 7))));
    return fields;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String date(int number, Instant at) {
    if (number % DAMAGED_EVERY == DAMAGED_EVERY / 2) {
      return "<coroutine object DatetimeFieldMigration._convert_datetime_value at 0x7f3b2c1d%04x>"
          .formatted(number % 65_536);
    }
    return number % GARBAGE_EVERY == GARBAGE_EVERY - 1
        ? GARBAGE[number / GARBAGE_EVERY % GARBAGE.length]
        : Dates.stored(number, at);
  }

  private String event(int number, Instant starts, Instant ends) {
    return document(number, json(date(number, starts)), json(Dates.stored(number + 3, ends)));
  }

  /// @param starts a JSON value
  /// @param ends a JSON value
  String document(int number, String starts, String ends) {
    return "{\"pk\":\"%s\",\"title\":\"Event %d\",\"starts\":%s,\"sessions\":[{\"room\":\"A\",\"ends\":%s}]}"
        .formatted(ulid(number + members), number, starts, ends);
  }

  /// As Redis OM stores it in a document: a number, a text or null.
  static String json(@Nullable String date) {
    return date == null || Dates.inNewForm(date) ? String.valueOf(date) : "\"" + date + "\"";
  }

  private static Instant instant(int number) {
    return FIRST
        .plus(Duration.ofSeconds(number * 997L))
        .plusNanos(number * 7_919L % 1_000_000 * 1_000);
  }

  /// 26 characters, as Redis OM names its keys.
  private static String ulid(int number) {
    Random random = new Random(number);
    StringBuilder text = new StringBuilder("01H");
    for (int i = 0; i < 15; i++) {
      text.append(ALPHABET.charAt(random.nextInt(32)));
    }
    for (int shift = 35; shift >= 0; shift -= 5) {
      text.append(ALPHABET.charAt((int) ((long) number >> shift & 31)));
    }
    return text.toString();
  }
}
