package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The schema and the reader agree on what a change file looks like.
class ChangeSchemaTest {

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ChangeSchema.json());

  @TempDir Path directory;

  @Test
  void isItselfASchema() throws IOException {
    Schema ofSchemas =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(ofSchemas.validate(ChangeSchema.json(), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Examples.EVERYTHING,
        Examples.OPERATIONS,
        Examples.DATA,
        Examples.SHORT,
        Examples.SHORT + "rehearsal: off\n",
        Examples.SHORT + "rollback: { automatic: 0s, by-hand: \"${TOKEN:-1h30m}\" }\n",
      })
  void bothTake(String yaml) throws IOException {
    Files.createDirectories(directory.resolve("statements"));
    Files.writeString(directory.resolve("statements/old.sql"), "select 1");
    Files.writeString(directory.resolve("statements/new.sql"), "select 2");

    assertThat(SCHEMA.validate(yaml, InputFormat.YAML)).isEmpty();
    assertThat(readerTakes(yaml)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"change.yaml", "change-failing.yaml"})
  void bothTakeTheExamples(String name) throws IOException {
    Path example = Path.of("../examples/rename-column", name);

    assertThat(SCHEMA.validate(Files.readString(example), InputFormat.YAML)).isEmpty();
    assertThat(ChangeFile.read(example, Map.of("DATABASE_URL", "postgres://h/db")).expressions())
        .hasSize(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          change: short => change: Short
          change: short => change: 5
          change: short => changes: short
          postgres: { url: postgres://localhost/app } => postgres: {}
          postgres: { url: postgres://localhost/app } => postgres: postgres://localhost/app
          postgres: { url: postgres://localhost/app } => postgres: { url: "" }
          localhost/app } => localhost/app, lock-timeout: 0s }
          localhost/app } => localhost/app, lock-timeout: 5 }
          localhost/app } => localhost/app, lock-attempts: 0 }
          localhost/app } => localhost/app, lock-attempts: "3" }
          "22:00-02:00" => "22:00-2:00"
          zone: UTC } => zone: UTC, days: [] }
          zone: UTC } => zone: UTC, days: [monday] }
          zone: UTC } => zone: UTC, days: mon }
          zone: UTC } } => zone: UTC }, last-change: { older-than: 1h } }
          [{ window: { between: "22:00-02:00", zone: UTC } }] => [{}]
          [{ window: { between: "22:00-02:00", zone: UTC } }] => [null]
          [{ window: { between: "22:00-02:00", zone: UTC } }] => [{ last-change: { older-than: 1w } }]
          [{ window: { between: "22:00-02:00", zone: UTC } }] => [{ approvals: { from: [dba] } }]
          to: backups => keep: 1
          to: backups => to: backups, keep: none
          to: backups => to: backups, with: magic
          to: backups => to: backups, verify: true
          from: a, to: b => to: b
          rename-column => rename-table
          listen: 8080 => listen: 65536
          listen: 8080 => listen: 80.5
          listen: 8080 => listen: "8080"
          listen: 8080 => listen: 8080, host: "a b"
          port: 8001 => port: 8001, kill: perhaps
          port: 8001 => port: 8001, env: [A]
          port: 8001 => port: 8001, env: { A: [b] }
          port: 8001 => port: 8001, env: { A: null }
          port: 8001 => port: 8001, env: { "A B": c }
          port: 8001 => port: 8001, stop: 10
          path: /up => path: up
          path: /up => path: /up, rise: 0
          path: /up => expect: a
          [http.p95 > 2s] => []
          [http.p95 > 2s] => http.p95 > 2s
          [http.p95 > 2s] => [5]
          from: a, to: b => to: b
          """)
  void bothRefuseInstead(String right, String wrong) {
    assertThat(Examples.SHORT).contains(right);

    assertBothRefuse(Examples.SHORT.replace(right, wrong));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "summary: [a]",
        "rehearsal: on",
        "rehearsal: { older: a }",
        "verify: [{ http: { get: /up } }]",
        "verify: [{ sql: { query: a, expect: b, in: 1s } }]",
        "verify: [{ command: ./check }]",
        "rollback: 5m",
        "contract: { after: tomorrow }",
        "verify: [{ http: { get: /up, expect: a, within: ever } }]",
        "redis: { host: localhost }",
        "redis: { url: redis://localhost, layout: sentinel }",
        "backfill: [{ set: { a: b } }]",
        "backfill: [{ table: t }]",
        "backfill: [{ table: t, set: { a: b }, model: { name: m } }]",
        "backfill: [{ table: t, set: { a: b }, on-error: skip }]",
        "backfill: [{ table: t, set: { a: b }, on-error: { default: 5 } }]",
        "backfill: [{ table: t, set: { a: b }, max-error-rate: 0% }]",
        "backfill: [{ table: t, set: { a: b }, pace: { max-wal: 20 } }]",
        "backfill: [{ table: t, set: { a: b }, pace: { quiet: { from: 8, to: 9, zone: UTC } } }]",
        "redis-indexes: [{ name: a b, definition: ON HASH SCHEMA }]",
      })
  void bothRefuseBesides(String line) {
    assertBothRefuse(Examples.SHORT + line + "\n");
  }

  private void assertBothRefuse(String yaml) {
    assertThat(SCHEMA.validate(yaml, InputFormat.YAML)).isNotEmpty();
    assertThat(readerTakes(yaml)).isFalse();
  }

  @Test
  void everyKeyIsExplainedAndStandsInTheReference() throws IOException {
    String reference = Files.readString(Path.of("../docs/reference/change-file.md"));

    explained(new ObjectMapper().readTree(ChangeSchema.json()), reference);
  }

  private static void explained(JsonNode schema, String reference) {
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          assertThat(property.getValue().path("description").asString())
              .as(property.getKey())
              .endsWith(".")
              .hasSizeGreaterThan(15);
          String key = "`" + property.getKey() + "`";
          JsonNode fallback = property.getValue().path("default");
          String value = fallback.isValueNode() ? "`" + fallback.asString() + "`" : key;
          assertThat(reference.lines())
              .as(key + " with its default")
              .anyMatch(line -> line.contains(key) && line.contains(value));
        });
    schema.forEach(child -> explained(child, reference));
  }

  private boolean readerTakes(String yaml) {
    try {
      ChangeFile.parse(
          yaml,
          directory.resolve("change.yaml"),
          Map.of(
              "DATABASE_URL",
              "postgres://localhost/app",
              "REDIS_URL",
              "redis://localhost",
              "TOKEN",
              "2h"));
      return true;
    } catch (ChangeFileException e) {
      return false;
    }
  }
}
