package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;
import static dev.segue.change.Names.TABLE;

import dev.segue.change.SchemaOperation.AddEnumValue;
import dev.segue.change.SchemaOperation.AttachPartition;
import dev.segue.change.SchemaOperation.CreateFunction;
import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.change.SchemaOperation.CreateView;
import dev.segue.change.SchemaOperation.DetachPartition;
import dev.segue.change.SchemaOperation.DropTable;
import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.change.SchemaOperation.RenameTable;
import java.util.List;

/// Operations on tables, types, functions, views, partitions, and statements of the team's own.
final class ObjectOperations {

  private static final Key<String> COLUMNS =
      Names.requiredSql("columns", "What stands between the parentheses of CREATE TABLE.");
  private static final Key<String> OPTIONS =
      Names.sql("options", "What stands behind them: PARTITION BY RANGE (at).");
  private static final Key<String> NEW_NAME =
      required("to", Names.NAME_FORM, "The table's new name, in the same schema.");

  private static final Key<String> ENUM =
      required("type", Names.RELATION_FORM, "The enum, with its schema where needed.");
  private static final Key<String> VALUE = Names.requiredSql("value", "The value it gets.");
  private static final Key<String> BEFORE =
      Names.sql("before", "The value it comes before; last when neither is given.");
  private static final Key<String> AFTER = Names.sql("after", "The value it comes after.");

  private static final Key<String> FUNCTION =
      Names.requiredSql("function", "Its name and argument types: totals_v2(integer).");
  private static final Key<String> FUNCTION_SQL =
      Names.requiredSql("sql", "The whole CREATE FUNCTION.");
  private static final Key<String> REPLACED_FUNCTION =
      Names.sql("replaces", "The one that goes with the contract: totals(integer).");
  private static final Key<String> VIEW =
      required("view", Names.RELATION_FORM, "The name of the new view.");
  private static final Key<String> QUERY = Names.requiredSql("sql", "The query behind it.");
  private static final Key<String> REPLACED_VIEW =
      optional("replaces", Names.RELATION_FORM, "The view that goes with the contract.");

  private static final Key<String> PARTITION =
      required("partition", Names.RELATION_FORM, "The partition, with its schema where needed.");
  private static final Key<String> VALUES =
      Names.requiredSql("values", "Its bounds: FOR VALUES FROM ('2026-01-01') TO ('2027-01-01').");

  private static final Key<String> NAME =
      required(
          "name",
          Scalars.pattern(
              "a name",
              "^[a-z0-9][a-z0-9-]{0,49}$",
              "is no name: up to 50 of a-z, 0-9 and hyphens, beginning with a letter or digit"),
          "What it is called in plans and journals.");
  private static final Key<String> UP =
      Names.requiredSql("up", "Statements of one transaction, before the new version starts.");
  private static final Key<String> DOWN =
      Names.requiredSql("down", "Statements that take it back, in one transaction.");
  private static final Key<String> CONTRACT =
      Names.sql("contract", "Statements of one transaction when the old version is gone.");
  private static final Key<String> STANDS =
      Names.sql("stands", "A query whose first value is true while 'up' stands.");
  private static final Key<List<String>> LOCKS =
      optional(
          "locks",
          new ListForm<>(Names.RELATION_FORM, 0),
          "[]",
          "Tables it locks, so that those in the way can be named.");

  static final List<Key<? extends SchemaOperation>> ALL =
      List.of(
          optional(
              "create-table",
              MappingForm.of(
                  f ->
                      new CreateTable(
                          f.where(), f.get(TABLE), f.get(COLUMNS), f.find(OPTIONS).orElse(null)),
                  TABLE,
                  COLUMNS,
                  OPTIONS),
              "A table that only the new version knows."),
          optional(
              "drop-table",
              MappingForm.of(f -> new DropTable(f.where(), f.get(TABLE)), TABLE),
              "A table goes with the contract."),
          optional(
              "rename-table",
              MappingForm.of(
                  f -> new RenameTable(f.where(), f.get(TABLE), f.get(NEW_NAME)), TABLE, NEW_NAME),
              "A table gets a new name; both names work until the contract."),
          optional(
              "add-enum-value",
              MappingForm.of(
                  f ->
                      new AddEnumValue(
                          f.where(),
                          f.get(ENUM),
                          f.get(VALUE),
                          f.find(BEFORE).orElse(null),
                          f.find(AFTER).orElse(null)),
                  ENUM,
                  VALUE,
                  BEFORE,
                  AFTER),
              "An enum gets one more value."),
          optional(
              "create-function",
              MappingForm.of(
                  f ->
                      new CreateFunction(
                          f.where(),
                          f.get(FUNCTION),
                          f.get(FUNCTION_SQL),
                          f.find(REPLACED_FUNCTION).orElse(null)),
                  FUNCTION,
                  FUNCTION_SQL,
                  REPLACED_FUNCTION),
              "A function beside the one it replaces."),
          optional(
              "create-view",
              MappingForm.of(
                  f ->
                      new CreateView(
                          f.where(), f.get(VIEW), f.get(QUERY), f.find(REPLACED_VIEW).orElse(null)),
                  VIEW,
                  QUERY,
                  REPLACED_VIEW),
              "A view beside the one it replaces."),
          optional(
              "attach-partition",
              MappingForm.of(
                  f ->
                      new AttachPartition(f.where(), f.get(TABLE), f.get(PARTITION), f.get(VALUES)),
                  TABLE,
                  PARTITION,
                  VALUES),
              "A table becomes a partition of another."),
          optional(
              "detach-partition",
              MappingForm.of(
                  f -> new DetachPartition(f.where(), f.get(TABLE), f.get(PARTITION)),
                  TABLE,
                  PARTITION),
              "A partition becomes a table of its own, with the contract."),
          optional(
              "sql",
              MappingForm.of(
                  f ->
                      new RawSql(
                          f.where(),
                          f.get(NAME),
                          f.get(UP),
                          f.get(DOWN),
                          f.find(CONTRACT).orElse(null),
                          f.find(STANDS).orElse(null),
                          f.get(LOCKS)),
                  NAME,
                  UP,
                  DOWN,
                  CONTRACT,
                  STANDS,
                  LOCKS),
              "Statements of the team's own, with their way back."));

  private ObjectOperations() {}
}
