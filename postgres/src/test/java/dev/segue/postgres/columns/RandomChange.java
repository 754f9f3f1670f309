package dev.segue.postgres.columns;

import static dev.segue.postgres.columns.Stage.WHERE;
import static dev.segue.postgres.columns.Stage.add;
import static dev.segue.postgres.columns.Stage.changeType;
import static dev.segue.postgres.columns.Stage.notNull;
import static dev.segue.postgres.columns.Stage.part;
import static dev.segue.postgres.columns.Stage.rename;
import static dev.segue.postgres.columns.Stage.replaceEnum;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.SplitColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/// A table, operations on it, and what two clients write, all by chance.
final class RandomChange {

  /// What a client may write.
  ///
  /// @param values of columns that go together, as SQL
  record Values(List<String> columns, List<Supplier<String>> values, boolean nullable) {}

  /// One operation and what hangs on it.
  ///
  /// @param definition of the old columns
  /// @param olds what the old version writes
  /// @param news what the new version writes
  /// @param plain what makes the same at once
  private record Piece(
      String definition, SchemaOperation operation, Values olds, Values news, String plain) {}

  final Random random;
  final String create;
  final List<SchemaOperation> operations = new ArrayList<>();
  final List<Values> olds = new ArrayList<>();
  final List<Values> news = new ArrayList<>();
  final StringBuilder plain = new StringBuilder();
  final boolean keyed;

  RandomChange(Random random) {
    this.random = random;
    List<Piece> pieces = new ArrayList<>(List.of(number(), price(), name(), place(), doc()));
    pieces.addAll(List.of(mood(), note(), derived()));
    Collections.shuffle(pieces, random);
    int chosen = 1 + random.nextInt(4);
    StringBuilder columns = new StringBuilder("mark text, base int DEFAULT 3");
    for (Piece piece : pieces) {
      columns.append(piece.definition());
      olds.add(piece.olds());
    }
    for (Piece piece : pieces.subList(0, chosen)) {
      operations.add(piece.operation());
      news.add(piece.news());
      plain.append(piece.plain());
    }
    int shape = random.nextInt(5);
    keyed = shape > 0;
    String key =
        switch (shape) {
          case 0 -> "";
          case 1 -> ", PRIMARY KEY (mark)";
          case 2 -> ", no bigserial, PRIMARY KEY (no, mark), UNIQUE (mark)";
          case 3 -> ", id uuid DEFAULT gen_random_uuid() PRIMARY KEY, UNIQUE (mark)";
          default -> ", PRIMARY KEY (mark)";
        };
    String partitions =
        shape == 4
            ? """
            ) PARTITION BY HASH (mark);
            CREATE TABLE thing_0 PARTITION OF thing FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE thing_1 PARTITION OF thing FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            """
            : ");";
    create =
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad'); CREATE TABLE thing ("
            + columns
            + ", twice int GENERATED ALWAYS AS (base * 2) STORED"
            + key
            + partitions;
  }

  private Piece number() {
    boolean strict = random.nextBoolean();
    boolean same = random.nextBoolean();
    String rest = strict ? " NOT NULL DEFAULT 5" : random.nextBoolean() ? " DEFAULT 5" : "";
    Values old = one("amount", () -> "" + random.nextInt(1000), !strict);
    String now = same ? "amount2" : "total";
    return new Piece(
        ", amount int" + rest,
        changeType("thing", "amount", same ? null : "total", "bigint", null, null),
        old,
        same ? none() : one("total", () -> "" + random.nextInt(1000), !strict),
        "ALTER TABLE thing DROP amount; ALTER TABLE thing ADD %s bigint%s;%s"
            .formatted(
                now,
                rest.replace("NOT NULL", "CONSTRAINT thing_amount_not_null NOT NULL"),
                same ? "ALTER TABLE thing RENAME amount2 TO amount;" : ""));
  }

  private Piece price() {
    boolean strict = random.nextBoolean();
    String not = strict ? " CONSTRAINT thing_price_not_null NOT NULL" : "";
    return new Piece(
        ", price numeric(10,2)" + (strict ? " NOT NULL DEFAULT 2.5" : ""),
        changeType("thing", "price", "cents", "bigint", "(price * 100)::bigint", "cents / 100.0"),
        one("price", () -> random.nextInt(1000) + "." + random.nextInt(100), !strict),
        one("cents", () -> "" + random.nextInt(10_000), !strict),
        "ALTER TABLE thing DROP price; ALTER TABLE thing ADD cents bigint%s%s;"
            .formatted(not, strict ? " DEFAULT '250'::bigint" : ""));
  }

  private Piece name() {
    return new Piece(
        ", name text",
        new SplitColumn(
            WHERE,
            "thing",
            "name",
            List.of(
                part("first", "text", "split_part(name, '|', 1)"),
                part("rest", "text", "nullif(split_part(name, '|', 2), '')")),
            "first || coalesce('|' || rest, '')"),
        one("name", () -> quoted(word() + (random.nextBoolean() ? "|" + word() : "")), true),
        new Values(
            List.of("first", "rest"), List.of(() -> quoted(word()), () -> quoted(word())), true),
        "ALTER TABLE thing ADD first text, ADD rest text, DROP name;");
  }

  private Piece place() {
    Map<String, String> down = new LinkedHashMap<>();
    down.put("zip", "split_part(place, ' ', 1)");
    down.put("city", "split_part(place, ' ', 2)");
    return new Piece(
        ", zip varchar(9), city text",
        new MergeColumns(
            WHERE,
            "thing",
            List.of("zip", "city"),
            part("place", "text", "zip || ' ' || city"),
            down),
        new Values(
            List.of("zip", "city"),
            List.of(() -> quoted("" + random.nextInt(99_999)), () -> quoted(word())),
            true),
        one("place", () -> quoted(random.nextInt(99_999) + " " + word()), true),
        "ALTER TABLE thing ADD place text, DROP zip, DROP city;");
  }

  private Piece doc() {
    return new Piece(
        ", doc json",
        rename("thing", "doc", "body"),
        one("doc", () -> quoted("{\"a\":  " + random.nextInt(9) + "}"), true),
        one("body", () -> quoted("[" + random.nextInt(9) + "]"), true),
        "ALTER TABLE thing ADD body json, DROP doc;");
  }

  private Piece mood() {
    return new Piece(
        ", mood mood",
        replaceEnum(
            "thing",
            "mood",
            "temper",
            "temper",
            List.of("low", "high"),
            Map.of("sad", "low", "ok", "low", "glad", "high"),
            Map.of("low", "sad", "high", "glad")),
        one("mood", () -> quoted(List.of("sad", "ok", "glad").get(random.nextInt(3))), true),
        one("temper", () -> quoted(random.nextBoolean() ? "low" : "high"), true),
        "CREATE TYPE temper AS ENUM ('low', 'high');"
            + "ALTER TABLE thing ADD temper temper, DROP mood;");
  }

  private Piece note() {
    return new Piece(
        ", note text",
        notNull("thing", "note", "'none'"),
        one("note", () -> quoted(word()), false),
        one("note", () -> quoted(word()), false),
        "UPDATE thing SET note = 'none' WHERE note IS NULL;"
            + "ALTER TABLE thing ALTER note SET NOT NULL;");
  }

  private Piece derived() {
    return new Piece(
        "",
        add("thing", "big", "boolean", "base > 5"),
        one("base", () -> "" + random.nextInt(10), true),
        // In an INSERT, NULL is what it is when nobody says anything.
        one("big", () -> "" + random.nextBoolean(), false),
        "ALTER TABLE thing ADD big boolean;");
  }

  private static Values one(String column, Supplier<String> value, boolean nullable) {
    return new Values(List.of(column), List.of(value), nullable);
  }

  private static Values none() {
    return new Values(List.of(), List.of(), false);
  }

  private String word() {
    return Integer.toString(random.nextInt(1_000_000), 36);
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }
}
