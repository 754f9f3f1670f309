package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;
import static dev.segue.change.Names.TABLE;

import dev.segue.change.SchemaOperation.AddCheck;
import dev.segue.change.SchemaOperation.AddExclude;
import dev.segue.change.SchemaOperation.AddForeignKey;
import dev.segue.change.SchemaOperation.AddPrimaryKey;
import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.change.SchemaOperation.DropConstraint;
import dev.segue.change.SchemaOperation.DropIndex;
import dev.segue.change.SchemaOperation.RebuildIndex;
import dev.segue.change.SchemaOperation.When;
import java.util.List;

/// Operations on constraints and indexes.
final class ConstraintOperations {

  private static final Key<String> NAME =
      required("name", Names.NAME_FORM, "The constraint's or index's name.");
  private static final Key<List<String>> COLUMNS =
      required("columns", Names.COLUMNS_FORM, "The columns, in order.");
  private static final Key<List<String>> INCLUDE =
      optional(
          "include",
          new ListForm<>(Names.COLUMN_FORM, 0),
          "[]",
          "Columns that ride along in the index.");
  private static final Key<When> ADDED =
      optional(
          "when",
          Scalars.word(When.class),
          "expand",
          "When it begins to hold: expand, for both versions; contract, when the old one is gone.");
  private static final Key<When> DROPPED =
      optional(
          "when",
          Scalars.word(When.class),
          "contract",
          "When it ends to hold: contract, when the old version is gone; expand, where the new"
              + " version breaks it.");

  private static final Key<String> CHECK =
      Names.requiredSql("check", "What must not be false of a row, as SQL writes it.");
  private static final Key<String> REFERENCES =
      required("references", Names.RELATION_FORM, "The table it points to.");
  private static final Key<List<String>> KEYS =
      optional(
          "keys",
          new ListForm<>(Names.COLUMN_FORM, 0),
          "[]",
          "The columns it points to; the primary key when not given.");
  private static final Key<String> ACTIONS =
      Names.sql("actions", "What SQL has behind it: ON DELETE CASCADE.");
  private static final Key<Boolean> NULLS =
      Names.flag("nulls-not-distinct", "Whether two NULLs count as the same (PostgreSQL 15).");
  private static final Key<Boolean> DEFERRABLE =
      Names.flag("deferrable", "Whether a transaction may put the check off to its end.");
  private static final Key<String> EXCLUDE =
      Names.requiredSql("exclude", "Its elements: room WITH =, during WITH &&.");
  private static final Key<String> EXCLUDE_USING =
      optional("using", Names.NAME_FORM, "gist", "The method of its index.");
  private static final Key<String> CONDITION = Names.sql("where", "Which rows it is about; SQL.");

  private static final Key<List<String>> ON =
      required(
          "on",
          new ListForm<>(Scalars.TEXT, 1),
          "Its keys, each as SQL has it: lower(email) text_pattern_ops DESC NULLS LAST.");
  private static final Key<Boolean> UNIQUE =
      Names.flag("unique", "Whether no two rows may have the same keys.");
  private static final Key<String> USING =
      optional("using", Names.NAME_FORM, "The index method; btree when not given.");
  private static final Key<String> OPTIONS =
      Names.sql("with", "Its storage parameters: fillfactor = 70.");
  private static final Key<String> INDEX =
      required("index", Names.RELATION_FORM, "The index, with its schema where needed.");

  static final List<Key<? extends SchemaOperation>> ALL =
      List.of(
          optional(
              "add-check",
              MappingForm.of(
                  f ->
                      new AddCheck(
                          f.where(), f.get(TABLE), f.get(NAME), f.get(CHECK), f.get(ADDED)),
                  TABLE,
                  NAME,
                  CHECK,
                  ADDED),
              "A check constraint, validated without blocking anybody."),
          optional(
              "add-foreign-key",
              MappingForm.of(
                  ConstraintOperations::foreignKey,
                  TABLE,
                  NAME,
                  COLUMNS,
                  REFERENCES,
                  KEYS,
                  ACTIONS,
                  ADDED),
              "A foreign key, validated without blocking anybody."),
          optional(
              "add-unique",
              MappingForm.of(
                  f ->
                      new AddUnique(
                          f.where(),
                          f.get(TABLE),
                          f.get(NAME),
                          f.get(COLUMNS),
                          f.get(INCLUDE),
                          f.get(NULLS),
                          f.get(DEFERRABLE)),
                  TABLE,
                  NAME,
                  COLUMNS,
                  INCLUDE,
                  NULLS,
                  DEFERRABLE),
              "A unique constraint over an index built concurrently."),
          optional(
              "add-primary-key",
              MappingForm.of(
                  f -> new AddPrimaryKey(f.where(), f.get(TABLE), f.get(NAME), f.get(COLUMNS)),
                  TABLE,
                  NAME,
                  COLUMNS),
              "A primary key over an index built concurrently."),
          optional(
              "add-exclude",
              MappingForm.of(
                  f ->
                      new AddExclude(
                          f.where(),
                          f.get(TABLE),
                          f.get(NAME),
                          f.get(EXCLUDE_USING),
                          f.get(EXCLUDE),
                          f.find(CONDITION).orElse(null)),
                  TABLE,
                  NAME,
                  EXCLUDE_USING,
                  EXCLUDE,
                  CONDITION),
              "An exclusion constraint; PostgreSQL builds it under a lock."),
          optional(
              "drop-constraint",
              MappingForm.of(
                  f -> new DropConstraint(f.where(), f.get(TABLE), f.get(NAME), f.get(DROPPED)),
                  TABLE,
                  NAME,
                  DROPPED),
              "A constraint ends to hold."),
          optional(
              "create-index",
              MappingForm.of(
                  ConstraintOperations::createIndex,
                  TABLE,
                  NAME,
                  ON,
                  UNIQUE,
                  USING,
                  INCLUDE,
                  CONDITION,
                  OPTIONS),
              "An index, built concurrently."),
          optional(
              "drop-index",
              MappingForm.of(f -> new DropIndex(f.where(), f.get(INDEX)), INDEX),
              "An index goes with the contract, concurrently."),
          optional(
              "rebuild-index",
              MappingForm.of(f -> new RebuildIndex(f.where(), f.get(INDEX)), INDEX),
              "An index is built anew, concurrently."));

  private ConstraintOperations() {}

  private static SchemaOperation foreignKey(Fields f) {
    return new AddForeignKey(
        f.where(),
        f.get(TABLE),
        f.get(NAME),
        f.get(COLUMNS),
        f.get(REFERENCES),
        f.get(KEYS),
        f.find(ACTIONS).orElse(null),
        f.get(ADDED));
  }

  private static SchemaOperation createIndex(Fields f) {
    return new CreateIndex(
        f.where(),
        f.get(TABLE),
        f.get(NAME),
        f.get(ON),
        f.get(UNIQUE),
        f.find(USING).orElse(null),
        f.get(INCLUDE),
        f.find(CONDITION).orElse(null),
        f.find(OPTIONS).orElse(null));
  }
}
