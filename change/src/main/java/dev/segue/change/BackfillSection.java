package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.KeySelection;
import dev.segue.change.Backfill.Shape;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.VariantForm.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `backfill`: data that gets a new form while it is used.
final class BackfillSection {

  private static final int LONGEST_NAME = 50;

  /// Where a statement is limited to a batch, and what it calls the table there.
  private static final Pattern BATCH =
      Pattern.compile("\\{batch(?::([\\p{L}_][\\p{L}\\p{N}_$]*|\"[^\"]+\"))?\\}");

  private static final Key<String> NAME =
      optional(
          "name",
          Scalars.pattern(
              "a name",
              "^[a-z0-9][a-z0-9-]{0,49}$",
              "is no name: up to 50 of a-z, 0-9 and hyphens, beginning with a letter or digit"),
          "What the step goes by, and what it keeps; made of the keys or the table when not given.");
  private static final Key<Keep> KEEP =
      optional(
          "keep",
          Scalars.word(Keep.class),
          "auto",
          "Where old values are kept until the contract: beside the value, aside in the same store,"
              + " or only in the backup; auto chooses by size.");

  private static final Key<List<String>> KEYS =
      required(
          "keys",
          new OneOrMore<>(Scalars.text("a pattern of keys", s -> pattern(s.text()))),
          "Pattern of the keys as SCAN's MATCH takes it, or a list of patterns.");
  private static final Key<String> MODEL_NAME =
      required(
          "name",
          Scalars.pattern(
              "a model's name",
              "^[\\p{L}_][\\p{L}\\p{N}_]*(?:\\.[\\p{L}_][\\p{L}\\p{N}_]*)+$",
              "is no model of Redis OM: write module.Model, app.models.Member"),
          "Module and class of the model, or its model_key_prefix: app.models.Member.");
  private static final Key<String> MODEL_PREFIX =
      optional("prefix", Scalars.ANY_TEXT, "The models' global_key_prefix; none when not given.");
  private static final Key<KeySelection> MODEL =
      required(
          "model",
          MappingForm.of(
              f -> model(f.get(MODEL_NAME), f.find(MODEL_PREFIX).orElse("")),
              MODEL_NAME,
              MODEL_PREFIX),
          "A model of Redis OM, in place of a pattern.");
  private static final Key<Shape> TYPE =
      optional(
          "type",
          Scalars.word(Shape.class),
          "hash",
          "What a key holds: a hash, a string that is JSON, or a document of the JSON module.");
  private static final Key<List<ValueChange>> CONVERT =
      required(
          "convert",
          new ListForm<>(ConvertSection.CHANGE, 1),
          "What is done to each value, in this order.");

  private static final Key<Map<String, String>> SET =
      required(
          "set",
          new TextMapForm("each column's value, SQL over the row as it is, by column"),
          "Each column's new value, SQL over the row as it is.");
  private static final Key<RowChange.Sql> SQL =
      required(
          "sql",
          Scalars.text("an SQL statement", s -> statement(s.text())),
          "One UPDATE of the table, with {batch:ALIAS} in its WHERE; in place of set.");
  private static final Key<List<String>> COLUMNS =
      required(
          "columns",
          new OneOrMore<>(Names.COLUMN_FORM),
          "Every column that the statement writes; what they held is kept.");
  private static final Key<String> FILTER =
      Names.sql("where", "Which rows, an SQL condition; all when not given.");
  private static final Key<String> TODO =
      Names.sql(
          "todo",
          "SQL condition that is true as long as a row is not done, and false afterwards; without"
              + " it, a row is done when setting changes nothing.");
  private static final Key<String> TODO_OF_SQL =
      required(
          "todo",
          Scalars.TEXT,
          "SQL condition that is true as long as a row is not done, and false afterwards.");
  private static final Key<Integer> WORKERS =
      optional(
          "workers",
          Scalars.number("a number of workers", 1, 64),
          "1",
          "How many copy at once, each its own part of the table.");

  private static final MappingForm<Backfill.Keys> BY_KEYS = keys(KEYS);
  private static final MappingForm<Backfill.Keys> BY_MODEL = keys(MODEL);
  private static final MappingForm<Backfill.Rows> BY_EXPRESSIONS =
      rows(TODO, f -> new RowChange.Expressions(f.get(SET)), SET)
          .checking(BackfillSection::checkRows, SET);
  private static final MappingForm<Backfill.Rows> BY_SQL =
      rows(TODO_OF_SQL, BackfillSection::bySql, SQL, COLUMNS)
          .checking(BackfillSection::checkSql, COLUMNS);

  static final Form<Backfill> BACKFILL =
      new VariantForm<>(
          List.of(
              new Variant<>(KEYS, BY_KEYS),
              new Variant<>(MODEL, BY_MODEL),
              new Variant<>(SET, BY_EXPRESSIONS),
              new Variant<>(SQL, BY_SQL)));

  private BackfillSection() {}

  private static MappingForm<Backfill.Keys> keys(Key<?> selection) {
    return MappingForm.of(
            BackfillSection::keys,
            selection,
            NAME,
            TYPE,
            CONVERT,
            FailureSection.ON_ERROR,
            FailureSection.MAX_ERRORS,
            FailureSection.MAX_ERROR_RATE,
            KEEP,
            PaceSection.KEYS)
        .checking(BackfillSection::checkKeys, TYPE, CONVERT);
  }

  private static MappingForm<Backfill.Rows> rows(
      Key<String> todo, Function<Fields, RowChange> change, Key<?>... said) {
    List<Key<?>> keys = new ArrayList<>(List.of(Names.TABLE, NAME));
    keys.addAll(List.of(said));
    keys.addAll(
        List.of(
            FILTER,
            todo,
            WORKERS,
            FailureSection.ON_ERROR,
            FailureSection.MAX_ERRORS,
            FailureSection.MAX_ERROR_RATE,
            KEEP,
            PaceSection.ROWS));
    return MappingForm.of(
        f -> rows(f, change.apply(f), f.find(todo).orElse("")), keys.toArray(Key[]::new));
  }

  /// What several entries must agree on.
  static void check(List<Backfill> all, Fields change) {
    Map<String, Backfill> seen = new HashMap<>();
    for (Backfill backfill : all) {
      Backfill earlier = seen.putIfAbsent(backfill.name(), backfill);
      if (earlier != null) {
        change.problem(
            backfill.where().of("name"),
            "backfill",
            "'%s' is the name of the one in line %d already: give one of them another 'name'"
                .formatted(backfill.name(), earlier.where().entry().line()));
      }
    }
  }

  private static void checkKeys(Fields f) {
    FailureSection.check(f);
    if (f.get(TYPE) != Shape.HASH) {
      f.get(CONVERT).forEach(change -> ConvertSection.checkPaths(change, f));
    }
  }

  private static void checkRows(Fields f) {
    FailureSection.check(f);
    if (f.get(SET).isEmpty()) {
      f.problem("sets no column: write { column: \"SQL\" }", "set");
    }
  }

  /// The row is written by the statement, so nothing else of it can be: neither what is kept
  /// beside, nor a default.
  private static void checkSql(Fields f) {
    FailureSection.check(f);
    List<String> columns = f.get(COLUMNS);
    if (columns.stream().distinct().count() < columns.size()) {
      f.problem("names a column twice", "columns");
    }
    if (f.find(KEEP).filter(keep -> keep == Keep.BESIDE).isPresent()) {
      f.problem(
          "a row that 'sql' writes cannot be written by the same statement once more: write aside,"
              + " or auto",
          "keep");
    }
    if (f.find(FailureSection.ON_ERROR).filter(r -> r.mode() == Mode.DEFAULT).isPresent()) {
      f.problem(
          "a default cannot take the place of what 'sql' computes: say it there (CASE, coalesce), or"
              + " write log-and-skip",
          "on-error");
    }
  }

  private static RowChange.Sql statement(String text) throws Misfit {
    Matcher batch = BATCH.matcher(text);
    if (!batch.find()) {
      throw new Misfit(
          "has no {batch:ALIAS}: write it into the WHERE of the UPDATE, update orders o set … where"
              + " {batch:o}");
    }
    String before = text.substring(0, batch.start());
    String alias = Optional.ofNullable(batch.group(1)).orElse("");
    String after = text.substring(batch.end());
    if (batch.find()) {
      throw new Misfit("has {batch} more than once");
    }
    return new RowChange.Sql(before, alias, after.replaceFirst("[\\s;]+$", ""), List.of());
  }

  private static Backfill.Keys keys(Fields f) {
    KeySelection selected =
        f.find(MODEL).orElseGet(() -> new KeySelection(f.get(KEYS), null, Shape.HASH));
    String subject =
        selected.model() == null ? selected.patterns().getFirst() : lastWord(selected.model());
    return new Backfill.Keys(
        f.where(),
        f.find(NAME).orElseGet(() -> named(subject, "keys")),
        new KeySelection(selected.patterns(), selected.model(), f.get(TYPE)),
        f.get(CONVERT),
        f.get(PaceSection.KEYS),
        FailureSection.policy(f),
        f.get(KEEP));
  }

  /// Called by the table's own name where it says no other.
  private static RowChange.Sql bySql(Fields f) {
    RowChange.Sql sql = f.get(SQL);
    String table = f.get(Names.TABLE);
    String own = '"' + table.substring(table.indexOf('.') + 1) + '"';
    return new RowChange.Sql(
        sql.before(), sql.alias().isEmpty() ? own : sql.alias(), sql.after(), f.get(COLUMNS));
  }

  private static Backfill.Rows rows(Fields f, RowChange change, String todo) {
    return new Backfill.Rows(
        f.where(),
        f.find(NAME).orElseGet(() -> named(f.get(Names.TABLE), "rows")),
        f.get(Names.TABLE),
        change,
        f.find(FILTER).orElse(""),
        todo,
        f.get(WORKERS),
        f.get(PaceSection.ROWS),
        FailureSection.policy(f),
        f.get(KEEP));
  }

  /// Redis OM joins the two with a colon, and does so also where there is no prefix.
  private static KeySelection model(String name, String prefix) {
    String keys = colonless(prefix) + ":" + colonless(name) + ":";
    String literal = keys.replaceAll("[\\\\*?\\[\\]^]", "\\\\$0");
    return new KeySelection(List.of(literal + "*"), name, Shape.HASH);
  }

  private static String colonless(String text) {
    return text.replaceAll("^:+|:+$", "");
  }

  private static String pattern(String text) throws Misfit {
    if (text.startsWith("segue:")) {
      throw new Misfit("names keys that Segue keeps for itself");
    }
    return text;
  }

  private static String lastWord(String model) {
    return model.substring(model.lastIndexOf('.') + 1);
  }

  /// A name for a step, made of what it works on.
  private static String named(String subject, String otherwise) {
    String name = subject.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    return Optional.of(cut.replaceAll("^-+|-+$", "")).filter(n -> !n.isEmpty()).orElse(otherwise);
  }
}
