package dev.segue.redis.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Conversion.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What older versions of Redis OM wrote becomes, to the byte, what newer ones write
/// (src/test/resources/redis-om/README.md).
class RedisOmCompatibilityTest {

  private static final Map<String, Map<String, Stored>> WRITTEN = read();

  private static Map<String, Map<String, Stored>> read() {
    ObjectMapper json = new ObjectMapper();
    Map<String, Map<String, Stored>> written = new HashMap<>();
    try {
      for (String line : Files.readAllLines(Path.of("src/test/resources/redis-om/values.jsonl"))) {
        JsonNode node = json.readTree(line);
        written
            .computeIfAbsent(node.get("written").stringValue(), w -> new TreeMap<>())
            .put(node.get("key").stringValue(), stored(node));
      }
      return written;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stored stored(JsonNode node) {
    if (node.get("shape").stringValue().equals("json")) {
      return new Stored.Json(node.get("text").stringValue());
    }
    Map<String, String> fields = new HashMap<>();
    node.get("fields")
        .properties()
        .forEach(field -> fields.put(field.getKey(), field.getValue().stringValue()));
    return new Stored.Hash(fields);
  }

  private static Conversion conversion(Stored stored, String zones) {
    return switch (stored) {
      case Stored.Hash _ ->
          Asked.hash(
              "{ datetime-to-epoch: { fields: [joined, last_seen, birthday], " + zones + " } }");
      case Stored.Json _ ->
          Asked.json(
              "{ datetime-to-epoch: { fields: [starts, ends, day, host.at, 'visits[].at',"
                  + " 'reminders[]'], "
                  + zones
                  + " } }");
    };
  }

  /// An absent field and an empty one both stand for None.
  private static Stored withoutNone(Stored stored) {
    return switch (stored) {
      case Stored.Hash hash -> {
        Map<String, String> fields = new HashMap<>(hash.fields());
        fields.values().removeIf(String::isEmpty);
        yield new Stored.Hash(fields);
      }
      case Stored.Json json -> json;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "pydantic1-text, timestamp-utc, 'zone: UTC'",
    "pydantic2-text, timestamp-utc, 'zone: UTC'",
    "pydantic1-text, timestamp-local, 'zone: Asia/Manila, date-zone: Asia/Manila'",
    "pydantic2-text, timestamp-local, 'zone: Asia/Manila, date-zone: Asia/Manila'",
  })
  void textsBecomeTheNumbers(String old, String now, String zones) {
    Map<String, Stored> expected = Objects.requireNonNull(WRITTEN.get(now));
    assertThat(expected).hasSize(32);
    Objects.requireNonNull(WRITTEN.get(old))
        .forEach((key, stored) -> {
          Conversion conversion = conversion(stored, zones);
          Result result = conversion.up(stored);
          assertThat(result).as(key).isInstanceOf(Converted.class);
          Stored converted = ((Converted) result).now();
          assertThat(withoutNone(converted)).as(key).isEqualTo(expected.get(key));
          assertThat(conversion.up(converted)).as(key).isEqualTo(new Already());
        });
  }

  /// What the new version has written goes back to a text of the same instant.
  @Test
  void numbersGoBackAndForth() {
    Objects.requireNonNull(WRITTEN.get("timestamp-utc"))
        .forEach((key, stored) -> {
          Conversion conversion = conversion(stored, "zone: UTC");
          Stored old = ((Converted) conversion.down(stored)).now();
          assertThat(conversion.up(old)).as(key).isEqualTo(new Converted(stored, 0));
        });
  }

  @Test
  void theDamageIsTold() {
    Stored damaged = Objects.requireNonNull(WRITTEN.get("damaged")).values().iterator().next();
    Conversion conversion = conversion(damaged, "zone: UTC");

    assertThat(conversion.up(damaged))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo("damaged-coroutine");
              assertThat(failed.reason()).contains("only a backup");
            });
    assertThat(conversion.forms(damaged))
        .extracting("name")
        .isEqualTo(List.of("damaged-coroutine"));
  }
}
