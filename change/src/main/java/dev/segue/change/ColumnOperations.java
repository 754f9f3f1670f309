package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;
import static dev.segue.change.Names.COLUMN;
import static dev.segue.change.Names.COLUMN_FORM;
import static dev.segue.change.Names.TABLE;
import static dev.segue.change.Names.TYPE;

import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.Coexistence;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.DropDefault;
import dev.segue.change.SchemaOperation.DropNotNull;
import dev.segue.change.SchemaOperation.Identity;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.Part;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetDefault;
import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.change.SchemaOperation.SplitColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Operations on columns.
final class ColumnOperations {

  private static final Key<String> FROM =
      required("from", COLUMN_FORM, "The column's name now, exactly as the catalogue has it.");
  private static final Key<String> TO = required("to", COLUMN_FORM, "The column's new name.");
  private static final Key<Coexistence> BY =
      optional(
          "by",
          Scalars.word(Coexistence.class),
          "auto",
          "How both names live side by side: a facade copies nothing; columns are kept in step by a"
              + " trigger. auto takes the facade where the rehearsal passes on it.");

  private static final Key<String> DEFAULT =
      Names.sql("default", "Its default, as SQL writes it: 0, now(), 'none'.");
  private static final Key<Boolean> NOT_NULL =
      Names.flag("not-null", "Whether it refuses NULL from the contract on.");
  private static final Key<Identity> IDENTITY =
      optional("identity", Scalars.word(Identity.class), "The server numbers the rows by itself.");
  private static final Key<String> GENERATED =
      Names.sql("generated", "The expression it is generated from.");
  private static final Key<String> ADD_UP =
      Names.sql(
          "up", "What it is in rows that are there, and in those the old version writes; SQL.");

  private static final Key<String> DROP_DOWN =
      Names.sql(
          "down",
          "What the old version finds in it in rows the new version writes; SQL over the others.");

  private static final Key<String> NEW_NAME =
      optional(
          "to",
          COLUMN_FORM,
          "The new column's name. Without it the name stays, with the old type until the contract.");
  private static final Key<String> UP =
      Names.sql("up", "The new value, SQL over the old column; a cast when not given.");
  private static final Key<String> DOWN =
      Names.sql("down", "The old value, SQL over the new column; a cast when not given.");

  private static final Key<String> PART_UP =
      Names.requiredSql("up", "Its value, SQL over the old columns.");
  private static final MappingForm<Part> PART =
      MappingForm.of(
          f -> new Part(f.where(), f.get(COLUMN), f.get(TYPE), f.get(PART_UP)),
          COLUMN,
          TYPE,
          PART_UP);
  private static final Key<List<Part>> SPLIT_INTO =
      required("into", new ListForm<>(PART, 1), "The columns it becomes.");
  private static final Key<String> SPLIT_DOWN =
      Names.requiredSql("down", "The old column's value, SQL over the new ones.");
  private static final Key<List<String>> MERGED =
      required("columns", Names.COLUMNS_FORM, "The columns that go.");
  private static final Key<Part> MERGE_INTO = required("into", PART, "The column they become.");
  private static final Key<Map<String, String>> MERGE_DOWN =
      required(
          "down",
          new TextMapForm("each old column's value, SQL over the new one, by column"),
          "Each old column's value, SQL over the new one.");

  private static final Key<String> FILL =
      Names.sql("fill", "What takes the place of NULL; SQL over the row's columns.");
  private static final Key<String> NEW_DEFAULT =
      Names.requiredSql("default", "The default from now on, as SQL writes it.");

  private static final Key<String> ENUM =
      required("type", Names.RELATION_FORM, "The new type's name; this change makes it.");
  private static final Key<List<String>> VALUES =
      required("values", new ListForm<>(Scalars.TEXT, 1), "Its values, in order.");
  private static final Key<Map<String, String>> ENUM_UP =
      optional(
          "up",
          new TextMapForm("new values by old value"),
          "{}",
          "New values by old value, where they differ.");
  private static final Key<Map<String, String>> ENUM_DOWN =
      optional(
          "down",
          new TextMapForm("old values by new value"),
          "{}",
          "Old values by new value, where they differ.");

  static final List<Key<? extends SchemaOperation>> ALL =
      List.of(
          optional(
              "rename-column",
              MappingForm.of(
                      f ->
                          new RenameColumn(
                              f.where(), f.get(TABLE), f.get(FROM), f.get(TO), f.get(BY)),
                      TABLE,
                      FROM,
                      TO,
                      BY)
                  .checking(ColumnOperations::checkRename, FROM, TO),
              "A column gets a new name; both names work until the contract step."),
          optional(
              "add-column",
              MappingForm.of(
                      ColumnOperations::addColumn,
                      TABLE,
                      COLUMN,
                      TYPE,
                      DEFAULT,
                      NOT_NULL,
                      IDENTITY,
                      GENERATED,
                      ADD_UP)
                  .checking(ColumnOperations::checkAdd),
              "A new column, filled by batches where that needs it."),
          optional(
              "drop-column",
              MappingForm.of(
                  f ->
                      new DropColumn(
                          f.where(), f.get(TABLE), f.get(COLUMN), f.find(DROP_DOWN).orElse(null)),
                  TABLE,
                  COLUMN,
                  DROP_DOWN),
              "A column goes with the contract."),
          optional(
              "change-type",
              MappingForm.of(ColumnOperations::changeType, TABLE, COLUMN, NEW_NAME, TYPE, UP, DOWN),
              "A column gets another type, by a second column kept in step."),
          optional(
              "split-column",
              MappingForm.of(
                  f ->
                      new SplitColumn(
                          f.where(),
                          f.get(TABLE),
                          f.get(COLUMN),
                          f.get(SPLIT_INTO),
                          f.get(SPLIT_DOWN)),
                  TABLE,
                  COLUMN,
                  SPLIT_INTO,
                  SPLIT_DOWN),
              "One column becomes several."),
          optional(
              "merge-columns",
              MappingForm.of(
                      f ->
                          new MergeColumns(
                              f.where(),
                              f.get(TABLE),
                              f.get(MERGED),
                              f.get(MERGE_INTO),
                              f.get(MERGE_DOWN)),
                      TABLE,
                      MERGED,
                      MERGE_INTO,
                      MERGE_DOWN)
                  .checking(ColumnOperations::checkMerge, MERGED, MERGE_DOWN),
              "Several columns become one."),
          optional(
              "set-not-null",
              MappingForm.of(
                  f ->
                      new SetNotNull(
                          f.where(), f.get(TABLE), f.get(COLUMN), f.find(FILL).orElse(null)),
                  TABLE,
                  COLUMN,
                  FILL),
              "A column refuses NULL from the contract on."),
          optional(
              "drop-not-null",
              MappingForm.of(
                  f ->
                      new DropNotNull(
                          f.where(), f.get(TABLE), f.get(COLUMN), f.find(FILL).orElse(null)),
                  TABLE,
                  COLUMN,
                  FILL),
              "A column takes NULL."),
          optional(
              "set-default",
              MappingForm.of(
                  f -> new SetDefault(f.where(), f.get(TABLE), f.get(COLUMN), f.get(NEW_DEFAULT)),
                  TABLE,
                  COLUMN,
                  NEW_DEFAULT),
              "A column gets a default, or another one."),
          optional(
              "drop-default",
              MappingForm.of(
                  f -> new DropDefault(f.where(), f.get(TABLE), f.get(COLUMN)), TABLE, COLUMN),
              "A column's default goes with the contract."),
          optional(
              "replace-enum",
              MappingForm.of(
                  ColumnOperations::replaceEnum,
                  TABLE,
                  COLUMN,
                  NEW_NAME,
                  ENUM,
                  VALUES,
                  ENUM_UP,
                  ENUM_DOWN),
              "A column of one enum becomes a column of another."));

  private ColumnOperations() {}

  private static void checkRename(Fields f) {
    if (f.get(FROM).equals(f.get(TO))) {
      f.problem("the column has this name already: from and to are the same", "to");
    }
  }

  private static void checkAdd(Fields f) {
    long ways =
        List.of(DEFAULT, IDENTITY, GENERATED).stream()
            .filter(key -> f.find(key).isPresent())
            .count();
    if (ways > 1) {
      f.problem("a column has one of default, identity and generated");
    }
    if (f.find(ADD_UP).isPresent() && f.find(GENERATED).isPresent()) {
      f.problem("a generated column has no other source: leave 'up' out", "up");
    }
    boolean filled = ways > 0 || f.find(ADD_UP).isPresent();
    if (!filled && f.find(NOT_NULL).orElse(false)) {
      f.problem(
          "the old version leaves it out: write 'default' or 'up', which says what is in its rows",
          "not-null");
    }
  }

  private static void checkMerge(Fields f) {
    if (!new HashSet<>(f.get(MERGED)).equals(f.get(MERGE_DOWN).keySet())) {
      f.problem("must name every one of 'columns', and no other", "down");
    }
  }

  private static SchemaOperation addColumn(Fields f) {
    return new AddColumn(
        f.where(),
        f.get(TABLE),
        f.get(COLUMN),
        f.get(TYPE),
        f.find(DEFAULT).orElse(null),
        f.get(NOT_NULL),
        f.find(IDENTITY).orElse(null),
        f.find(GENERATED).orElse(null),
        f.find(ADD_UP).orElse(null));
  }

  private static SchemaOperation changeType(Fields f) {
    return new ChangeType(
        f.where(),
        f.get(TABLE),
        f.get(COLUMN),
        f.find(NEW_NAME).orElse(null),
        f.get(TYPE),
        f.find(UP).orElse(null),
        f.find(DOWN).orElse(null));
  }

  private static SchemaOperation replaceEnum(Fields f) {
    return new ReplaceEnum(
        f.where(),
        f.get(TABLE),
        f.get(COLUMN),
        f.find(NEW_NAME).orElse(null),
        f.get(ENUM),
        f.get(VALUES),
        f.get(ENUM_UP),
        f.get(ENUM_DOWN));
  }
}
