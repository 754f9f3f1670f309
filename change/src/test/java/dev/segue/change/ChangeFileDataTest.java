package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.KeySelection;
import dev.segue.change.Backfill.Shape;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.FailurePolicy.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a change file says of data: `redis`, `backfill`, `redis-indexes`.
class ChangeFileDataTest {

  private static final String DATES = "convert: [{ datetime-to-epoch: { fields: a } }]";

  @TempDir Path directory;

  private Data read(String yaml) {
    return ChangeFile.parse(
            yaml,
            directory.resolve("change.yaml"),
            Map.of("REDIS_URL", "redis://app:hunter2@cache:6380/3"))
        .data();
  }

  private Backfill only(String entry) {
    String servers =
        "postgres: { url: postgres://localhost/app }\nredis: { url: redis://localhost }";
    return read("change: c\n" + servers + "\nbackfill:\n  - " + entry + "\n")
        .backfills()
        .getFirst();
  }

  private String problems(String yaml) {
    try {
      read(yaml);
      return "";
    } catch (ChangeFileException e) {
      return e.problems().stream()
          .map(p -> p.at().line() + ":" + p.at().column() + ": " + p.message() + "\n")
          .collect(Collectors.joining());
    }
  }

  @Test
  void readsEveryKeyOfKeys() {
    Data data = read(Examples.DATA);

    assertThat(data.redis())
        .isEqualTo(
            new RedisTarget(
                "cache", 6380, 3, null, "app", new Secret("hunter2"), RedisTarget.Layout.SINGLE));
    assertThat(data.toString()).doesNotContain("hunter2");
    assertThat(data.backfills()).hasSize(3);
    Backfill.Keys keys = (Backfill.Keys) data.backfills().getFirst();
    assertThat(keys.name()).isEqualTo("member-dates");
    assertThat(keys.step()).isEqualTo("backfill-member-dates");
    assertThat(keys.keys())
        .isEqualTo(
            new KeySelection(List.of("shop:member:*", "shop:guest:*"), null, Shape.JSON_TEXT));
    assertThat(keys.failures()).isEqualTo(new FailurePolicy(Mode.DEFAULT, "", 50, 0.0025));
    assertThat(keys.keep()).isEqualTo(Keep.ASIDE);
    assertThat(keys.pace())
        .isEqualTo(
            new BackfillPace(
                0.3,
                BatchTime.always(Duration.ofMillis(1)),
                100,
                Limits.ofKeys(Duration.ofSeconds(5), Duration.ofMillis(5), 0.7, 0.4)
                    .with("http://127.0.0.1/up", Duration.ofMillis(150)),
                new BackfillPace.Quiet(
                    LocalTime.of(20, 0), LocalTime.of(8, 0), ZoneId.of("Asia/Manila"))));
    assertThat(keys.changes())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("where")
        .containsExactly(
            new ValueChange.DatetimeToEpoch(
                keys.where(),
                List.of("joined", "visits[].at"),
                ZoneId.of("Asia/Manila"),
                ZoneId.of("Europe/Paris"),
                3),
            new ValueChange.DateToEpoch(
                keys.where(), List.of("profile.born"), ZoneId.of("Asia/Manila"), 0),
            new ValueChange.Rename(keys.where(), "profile.nick", "alias"),
            new ValueChange.Split(
                keys.where(),
                "name",
                Map.of("first", "value.split(' ')[0]", "last", "value.split(' ')[1]"),
                "first + ' ' + last"),
            new ValueChange.Merge(
                keys.where(),
                List.of("day", "hour"),
                "at",
                "day + hour",
                Map.of("day", "value", "hour", "value")),
            new ValueChange.Convert(
                keys.where(), "price", "value * 100", "value / 100", "value > 1000"),
            new ValueChange.SetField(keys.where(), "version", "2", true),
            new ValueChange.Remove(keys.where(), "visits[].ip"));
  }

  @Test
  void readsEveryKeyOfRowsAndIndexes() {
    Data data = read(Examples.DATA);

    Backfill.Rows rows = (Backfill.Rows) data.backfills().getLast();
    assertThat(rows)
        .isEqualTo(
            new Backfill.Rows(
                rows.where(),
                "cents",
                "sales.orders",
                new RowChange.Expressions(Map.of("total_cents", "round(total * 100)::bigint")),
                "total is not null",
                "total_cents is null",
                2,
                new BackfillPace(
                    1,
                    BatchTime.always(Duration.ofMillis(20)),
                    2000,
                    Limits.ofRows(Duration.ofSeconds(3), 20, 2, 20L << 20),
                    null),
                new FailurePolicy(Mode.LOG_AND_SKIP, null, 1000, 0.01),
                Keep.BESIDE));
    RedisIndex index = data.indexes().getFirst();
    assertThat(index.name()).isEqualTo("members-v2");
    assertThat(index.replaces()).isEqualTo("members-v1");
    assertThat(index.alias()).isEqualTo("members");
    assertThat(index.definition())
        .containsSequence("ON", "JSON", "PREFIX", "1", "shop:app member:", "SCHEMA")
        .endsWith("$.joined", "AS", "joined", "NUMERIC", "SORTABLE");
  }

  @Test
  void fillsInDefaults() {
    Backfill.Keys keys = (Backfill.Keys) only("{ keys: 'shop:app.Member:*', " + DATES + " }");
    assertThat(keys.name()).isEqualTo("shop-app-member");
    assertThat(keys.keys().shape()).isEqualTo(Shape.HASH);
    assertThat(keys.failures()).isEqualTo(FailurePolicy.FAIL);
    assertThat(keys.keep()).isEqualTo(Keep.AUTO);
    assertThat(keys.pace())
        .isEqualTo(
            new BackfillPace(
                0.05,
                BatchTime.OF_KEYS,
                500,
                Limits.ofKeys(Duration.ofSeconds(10), null, 0.8, 0.5),
                null));

    Backfill.Rows rows = (Backfill.Rows) only("{ table: sales.Orders, set: { a: b } }");
    assertThat(rows.name()).isEqualTo("sales-orders");
    assertThat(rows.workers()).isEqualTo(1);
    assertThat(rows.failures()).isEqualTo(FailurePolicy.FAIL);
    assertThat(rows.pace().batchTime()).isEqualTo(BatchTime.OF_ROWS);
    assertThat(rows.pace().maxBatch()).isZero();
    assertThat(rows.pace().limits().maxMemory()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          update orders o set a = 1 where {batch:o};      => o        => update orders o set a = 1 where B
          update sales."Orders" set a = 1 where {batch}   => "Orders" => update sales."Orders" set a = 1 where B
          update orders "O" set a = 1 where {batch:"O"} and b => "O"  => update orders "O" set a = 1 where B and b
          """)
  void aStatementSaysWhereItsBatchGoes(String sql, String alias, String with) {
    Backfill.Rows rows =
        (Backfill.Rows)
            only("{ table: sales.Orders, sql: '" + sql + "', columns: a, todo: a is null }");
    assertThat(rows.set())
        .isInstanceOfSatisfying(
            RowChange.Sql.class,
            said -> {
              assertThat(said.columns()).containsExactly("a");
              assertThat(said.alias()).isEqualTo(alias);
              assertThat(said.with("B")).isEqualTo(with);
            });
    assertThat(rows.todo()).isEqualTo("a is null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          { name: app.models.Member, prefix: shop }  => shop:app.models.Member:*    => member
          { name: app.models.Member }                => :app.models.Member:*        => member
          { name: app.Big_Order, prefix: ":a:b:" }   => a:b:app.Big_Order:*         => big-order
          { name: app.Member, prefix: "{s*}[1]" }    => {s\\*}\\[1\\]:app.Member:*  => member
          """)
  void modelsOfRedisOmArePatterns(String model, String pattern, String name) {
    Backfill.Keys keys = (Backfill.Keys) only("{ model: " + model + ", " + DATES + " }");

    assertThat(keys.keys().patterns()).containsExactly(pattern);
    assertThat(keys.keys().model()).startsWith("app.");
    assertThat(keys.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          redis://localhost              => redis://localhost:6379/0
          redis://me@[::1]:7000/15       => redis://::1:7000/15
          rediss://cache.example:6380    => rediss://cache.example:6380/0
          """)
  void readsUrls(String url, String shown) {
    RedisTarget target =
        read("change: c\nredis: { url: '" + url + "' }\nbackfill: [{ keys: a, " + DATES + " }]\n")
            .redis();

    assertThat(Objects.requireNonNull(target).shown()).isEqualTo(shown);
  }

  @Test
  void aPasswordComesFromAFile() throws Exception {
    Files.writeString(directory.resolve("redis.txt"), "hunter2\n");

    RedisTarget target =
        read("change: c\n"
                + "redis: { url: redis://me@h, password-file: redis.txt }\n"
                + "backfill: [{ keys: a, "
                + DATES
                + " }]\n")
            .redis();

    assertThat(Objects.requireNonNull(target).password()).isEqualTo(new Secret("hunter2"));
  }

  @Test
  void certificatesGoWithEncryptionOnly() throws Exception {
    Files.writeString(directory.resolve("a.pem"), "");
    String file = "change: c\nredis: { url: %s }\nbackfill: [{ keys: a, " + DATES + " }]\n";

    RedisTarget target =
        read(file.formatted("rediss://h, ca-file: a.pem, cert-file: a.pem, key-file: a.pem"))
            .redis();

    Path pem = directory.resolve("a.pem");
    assertThat(Objects.requireNonNull(target).tls()).isEqualTo(new RedisTls(pem, pem, pem));
    assertThat(problems(file.formatted("redis://h, ca-file: a.pem, key-file: a.pem")))
        .isEqualTo(
            """
            2:35: redis.ca-file: the URL is not encrypted; write rediss://, or leave this out
            2:52: redis.key-file: the URL is not encrypted; write rediss://, or leave this out
            2:52: redis.key-file: cert-file and key-file go together
            """);
    assertThat(problems(file.formatted("rediss://h, ca-file: b.pem")))
        .contains("'b.pem' names no file");
  }

  @Test
  void aWayBackByABackupNeedsOne() {
    String file =
        """
        change: c
        redis: { url: redis://h }
        %sbackfill:
          - { keys: a, keep: backup, convert: [{ datetime-to-epoch: { fields: a } }] }
        """;
    assertThat(problems(file.formatted("")))
        .isEqualTo(
            """
            4:22: backfill.keep: the way back would be a backup, and none is made: 'backup.redis' is missing
            """);
    assertThat(
            ChangeFile.parse(
                    file.formatted("backup: { redis: { to: there } }\n"),
                    Path.of("change.yaml"),
                    Map.of())
                .data()
                .backfills())
        .hasSize(1);
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    assertThat(
            problems(
                """
                change: c
                postgres: { url: postgres://localhost/app }
                redis: { url: "redis://:hunter2@h", layout: cluser }
                backfill:
                  - { keys: a, table: t, set: { a: b } }
                  - { modle: { name: app.Member } }
                  - {}
                  - keys: "segue:*"
                    convert:
                      - datetime-to-epoch: { fields: [a, a], zone: Asia/Manilla, digits: 7 }
                      - dates: { fields: a }
                      - split: { field: a, into: { a: b }, down: c }
                      - merge: { fields: [a, b], into: a, up: c, down: { a: d } }
                      - rename: { from: a, to: a }
                    on-error: default
                    max-error-rate: 0%
                    keep: never
                    pace: { share: 0%, max-memory: 120%, max-wal: 20MB, quiet: { from: "8:00", to: "25:00", zone: Mars } }
                  - keys: a
                    type: json
                    convert:
                      - datetime-to-epoch: { fields: ["$.a", "a..b", "a[0]"] }
                      - rename: { from: a.b, to: a.c }
                      - merge: { fields: ["a[].b", c], into: d, up: c, down: { "a[].b": d, c: d } }
                    max-errors: 5
                  - model: { name: Member }
                    convert: []
                  - table: t
                    set: {}
                    workers: 0
                    on-error: skip
                    pace: { max-wal: 20, max-health-time: 1s, quiet: { from: "08:00", to: "08:00", zone: UTC } }
                  - table: t
                    sql: update t set a = 1
                    columns: [a, a]
                    keep: beside
                    on-error: { default: "0" }
                  - { table: t, set: { a: b }, sql: "update t set a = b where {batch}" }
                  - { table: t, set: { a: b }, columns: a }
                  - table: t
                    sql: update t set a = 1 where {batch:t} or {batch:t}
                    columns: [a]
                    todo: a is null
                redis-indexes:
                  - { name: i, replaces: i, definition: "FT.CREATE i" }
                """))
        .isEqualTo(
            """
            3:15: redis.url: 'redis://:***@h' holds a password; keep it out of the file: write ${REDIS_URL}, or the URL without it and a password-file beside
            3:45: redis.layout: 'cluser' is not one of auto, single, cluster - did you mean 'cluster'?
            5:5: backfill: expected exactly one of the keys keys, model, set, sql
            6:7: backfill: unknown key 'modle' - did you mean 'model'?
            7:5: backfill: expected exactly one of the keys keys, model, set, sql
            8:11: backfill.keys: 'segue:*' names keys that Segue keeps for itself
            10:38: backfill.convert.datetime-to-epoch.fields: 'a' stands here twice
            10:52: backfill.convert.datetime-to-epoch.zone: 'Asia/Manilla' is no time zone - did you mean 'Asia/Manila'?
            10:74: backfill.convert.datetime-to-epoch.digits: '7' must be a whole number from 0 to 6
            11:9: backfill.convert: unknown key 'dates'; the keys here are datetime-to-epoch, date-to-epoch, rename, split, merge, convert, set, remove
            12:34: backfill.convert.split.into: must name new fields, and not the old one
            13:40: backfill.convert.merge.into: is one of the old fields
            13:56: backfill.convert.merge.down: must name every one of 'fields', and no other
            14:32: backfill.convert.rename.to: the field has this name already: from and to are the same
            15:15: backfill.on-error: which default? write { default: "0" }
            16:21: backfill.max-error-rate: '0%' is no percentage above 0: write 80% or 0.5%
            17:11: backfill.keep: 'never' is not one of auto, beside, aside, backup
            18:20: backfill.pace.share: '0%' is neither default, full nor a share such as 30%
            18:36: backfill.pace.max-memory: '120%' is no percentage above 0: write 80% or 0.5%
            18:42: backfill.pace: unknown key 'max-wal' - did you mean 'max-lag'?
            18:72: backfill.pace.quiet.from: '8:00' is no time of day: write HH:MM, 08:00
            18:84: backfill.pace.quiet.to: '25:00' is no time of day: write HH:MM, 08:00
            18:99: backfill.pace.quiet.zone: 'Mars' is no time zone
            22:38: backfill.convert: '$.a' is no path: write names and dots, a.b or a.b[].c
            22:38: backfill.convert: 'a..b' is no path: write names and dots, a.b or a.b[].c
            22:38: backfill.convert: 'a[0]' is no path: write names and dots, a.b or a.b[].c
            23:34: backfill.convert: a field stays where it is: write its new name alone
            24:26: backfill.convert: 'a[].b' means many values; here it must be one
            25:17: backfill.max-errors: the first item that fails ends the step; write 'on-error: log-and-skip' or a default beside a limit
            26:20: backfill.model.name: 'Member' is no model of Redis OM: write module.Model, app.models.Member
            27:14: backfill.convert: has 0 entries; from 1 to 100 may be
            29:10: backfill.set: sets no column: write { column: "SQL" }
            30:14: backfill.workers: '0' must be a whole number from 1 to 64
            31:15: backfill.on-error: 'skip' is not one of fail, log-and-skip
            32:22: backfill.pace.max-wal: '20' is not a size such as 512kB, 20MB or 1GB
            32:43: backfill.pace.max-health-time: no page is asked: write 'health' too
            32:75: backfill.pace.quiet.to: begins and ends at the same time; leave 'quiet' out for no rest
            33:5: backfill: 'todo' is missing
            34:10: backfill.sql: 'update t set a = 1' has no {batch:ALIAS}: write it into the WHERE of the UPDATE, update orders o set … where {batch:o}
            35:14: backfill.columns: names a column twice
            36:11: backfill.keep: a row that 'sql' writes cannot be written by the same statement once more: write aside, or auto
            37:15: backfill.on-error: a default cannot take the place of what 'sql' computes: say it there (CASE, coalesce), or write log-and-skip
            38:5: backfill: expected exactly one of the keys keys, model, set, sql
            39:32: backfill: unknown key 'columns'; the keys here are table, name, set, where, todo, workers, on-error, max-errors, max-error-rate, keep, pace
            41:10: backfill.sql: 'update t set a = 1 where {batch:t} or {batch:t}' has {batch} more than once
            45:26: redis-indexes.replaces: is the new index's own name; choose another name for that
            45:41: redis-indexes.definition: 'FT.CREATE i' is no definition: write ON HASH or ON JSON, PREFIX, and SCHEMA with the fields
            """);
  }

  @Test
  void partsThatNeedOthers() {
    assertThat(
            problems(
                """
                change: c
                backfill:
                  - { keys: "m:*", convert: [{ remove: { field: a } }] }
                  - { name: m, table: m, set: { a: b } }
                  - { model: { name: app.M }, convert: [{ remove: { field: a } }] }
                redis-indexes:
                  - { name: i, definition: ON HASH SCHEMA a TAG }
                  - { name: i, definition: ON HASH SCHEMA a TAG }
                """))
        .isEqualTo(
            """
            3:13: there is no server to ask: 'redis' is missing
            4:13: backfill: 'm' is the name of the one in line 3 already: give one of them another 'name'
            4:23: there is no server to ask: 'postgres' is missing
            5:5: backfill: 'm' is the name of the one in line 3 already: give one of them another 'name'
            5:14: there is no server to ask: 'redis' is missing
            7:13: there is no server to ask: 'redis' is missing
            8:13: there is no server to ask: 'redis' is missing
            8:13: redis-indexes: an earlier index has this name already
            """);
  }

  @Test
  void passwordsAreNeitherTakenNorShown() {
    String yaml =
        "change: c\nredis: { url: 'redis://me:hunter2@h' }\nbackfill: [{ keys: a, "
            + DATES
            + " }]\n";

    assertThatThrownBy(() -> read(yaml))
        .hasMessageContaining("holds a password; keep it out of the file")
        .hasMessageNotContaining("hunter2");
  }
}
