package dev.segue.change;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One change to the schema, in the words of the change file. Names stand as the catalogue has
/// them; SQL texts (types, expressions, definitions) stand as PostgreSQL takes them.
///
/// What grows the schema, or is needed by the new version, is done before it starts; what shrinks
/// it waits for the contract.
public sealed interface SchemaOperation {

  /// Where it stands in the file, key by key, for errors found later, against the live catalogue.
  Where where();

  /// The relation it is about as written, `table` or `schema.table`, for backups and gates; null
  /// where there is none yet or it is about something else.
  @Nullable String table();

  /// Where its table stands in the file.
  default Place at() {
    return where().of("table");
  }

  /// How a table's or column's old and new shapes live side by side.
  enum Coexistence {
    /// A facade where nothing else changes in the table and the rehearsal passes, else columns.
    AUTO,
    /// A view in the table's place, which shows the column under both names.
    FACADE,
    /// A new column beside the old, kept in step by a trigger.
    COLUMNS
  }

  /// When a constraint begins or ends to hold.
  enum When {
    /// Before the new version starts: both versions live with it.
    EXPAND,
    /// After the old version is gone, as a step that cannot be taken back.
    CONTRACT
  }

  /// How a column numbers its rows by itself.
  enum Identity {
    ALWAYS,
    BY_DEFAULT
  }

  /// A new table.
  ///
  /// @param columns what stands between the parentheses of CREATE TABLE
  record CreateTable(Where where, String name, String columns, @Nullable String options)
      implements SchemaOperation {
    @Override
    public @Nullable String table() {
      return null;
    }
  }

  record DropTable(Where where, String table) implements SchemaOperation {}

  /// Both names work until the contract.
  record RenameTable(Where where, String table, String to) implements SchemaOperation {}

  /// @param fallback its DEFAULT
  /// @param up what it is in rows that the old version writes, and in those that are there
  record AddColumn(
      Where where,
      String table,
      String column,
      String type,
      @Nullable String fallback,
      boolean notNull,
      @Nullable Identity identity,
      @Nullable String generated,
      @Nullable String up)
      implements SchemaOperation {}

  /// @param down what the old version finds in it in rows that the new version wrote
  record DropColumn(Where where, String table, String column, @Nullable String down)
      implements SchemaOperation {}

  /// The column gets a new name; both names work until the contract step.
  record RenameColumn(Where where, String table, String from, String to, Coexistence by)
      implements SchemaOperation {

    /// @param at where the table stands in the file
    /// @param fromAt where the old name does
    /// @param toAt where the new name does
    public RenameColumn(String table, String from, String to, Place at, Place fromAt, Place toAt) {
      this(
          new Where(at, Map.of("table", at, "from", fromAt, "to", toAt)),
          table,
          from,
          to,
          Coexistence.AUTO);
    }

    public Place fromAt() {
      return where.of("from");
    }

    public Place toAt() {
      return where.of("to");
    }
  }

  /// @param to the new column's name while both are there and after; null: the name stays, with the
  ///   old type until the contract
  /// @param up the new value from the old one
  /// @param down the old value from the new one
  record ChangeType(
      Where where,
      String table,
      String column,
      @Nullable String to,
      String type,
      @Nullable String up,
      @Nullable String down)
      implements SchemaOperation {}

  /// A column that a split or merge makes.
  record Part(Where where, String column, String type, String up) {}

  /// One column becomes several.
  record SplitColumn(Where where, String table, String column, List<Part> into, String down)
      implements SchemaOperation {
    public SplitColumn {
      into = List.copyOf(into);
    }
  }

  /// Several columns become one.
  ///
  /// @param down the old columns' values from the new one, by column
  record MergeColumns(
      Where where, String table, List<String> columns, Part into, Map<String, String> down)
      implements SchemaOperation {
    public MergeColumns {
      columns = List.copyOf(columns);
      down = Map.copyOf(down);
    }
  }

  /// @param fill what takes the place of NULL, in rows that are there and in those written
  ///   meanwhile
  record SetNotNull(Where where, String table, String column, @Nullable String fill)
      implements SchemaOperation {}

  /// @param fill what takes the place of NULL when the change is taken back
  record DropNotNull(Where where, String table, String column, @Nullable String fill)
      implements SchemaOperation {}

  record SetDefault(Where where, String table, String column, String fallback)
      implements SchemaOperation {}

  record DropDefault(Where where, String table, String column) implements SchemaOperation {}

  /// @param condition what stands between the parentheses of CHECK
  record AddCheck(Where where, String table, String name, String condition, When when)
      implements SchemaOperation {}

  /// @param columns of this table
  /// @param referenced table as written
  /// @param keys of the referenced table; empty: its primary key
  /// @param actions what follows the referenced columns: `ON DELETE CASCADE DEFERRABLE`
  record AddForeignKey(
      Where where,
      String table,
      String name,
      List<String> columns,
      String referenced,
      List<String> keys,
      @Nullable String actions,
      When when)
      implements SchemaOperation {
    public AddForeignKey {
      columns = List.copyOf(columns);
      keys = List.copyOf(keys);
    }
  }

  record AddUnique(
      Where where,
      String table,
      String name,
      List<String> columns,
      List<String> include,
      boolean nullsNotDistinct,
      boolean deferrable)
      implements SchemaOperation {
    public AddUnique {
      columns = List.copyOf(columns);
      include = List.copyOf(include);
    }
  }

  record AddPrimaryKey(Where where, String table, String name, List<String> columns)
      implements SchemaOperation {
    public AddPrimaryKey {
      columns = List.copyOf(columns);
    }
  }

  /// @param elements what stands between the parentheses of EXCLUDE: `room WITH =, during WITH &&`
  /// @param using the index method
  record AddExclude(
      Where where,
      String table,
      String name,
      String using,
      String elements,
      @Nullable String condition)
      implements SchemaOperation {}

  record DropConstraint(Where where, String table, String name, When when)
      implements SchemaOperation {}

  /// @param on each key as SQL has it: `lower(email) text_pattern_ops DESC NULLS LAST`
  /// @param options what stands between the parentheses of WITH
  record CreateIndex(
      Where where,
      String table,
      String name,
      List<String> on,
      boolean unique,
      @Nullable String using,
      List<String> include,
      @Nullable String condition,
      @Nullable String options)
      implements SchemaOperation {
    public CreateIndex {
      on = List.copyOf(on);
      include = List.copyOf(include);
    }
  }

  /// @param index `index` or `schema.index`
  record DropIndex(Where where, String index) implements SchemaOperation {
    @Override
    public @Nullable String table() {
      return null;
    }

    @Override
    public Place at() {
      return where.of("index");
    }
  }

  record RebuildIndex(Where where, String index) implements SchemaOperation {
    @Override
    public @Nullable String table() {
      return null;
    }

    @Override
    public Place at() {
      return where.of("index");
    }
  }

  /// @param before the value it comes before; null: see `after`
  /// @param after the value it comes after; null as well: it comes last
  record AddEnumValue(
      Where where, String type, String value, @Nullable String before, @Nullable String after)
      implements SchemaOperation {
    @Override
    public @Nullable String table() {
      return null;
    }

    @Override
    public Place at() {
      return where.of("type");
    }
  }

  /// A column of one enum becomes a column of another.
  ///
  /// @param type the new type's name
  /// @param values of the new type, in order
  /// @param up new values by old, where they differ
  /// @param down old values by new, where they differ
  record ReplaceEnum(
      Where where,
      String table,
      String column,
      @Nullable String to,
      String type,
      List<String> values,
      Map<String, String> up,
      Map<String, String> down)
      implements SchemaOperation {
    public ReplaceEnum {
      values = List.copyOf(values);
      up = Map.copyOf(up);
      down = Map.copyOf(down);
    }
  }

  /// A new function beside the one it replaces: old callers keep theirs.
  ///
  /// @param name `name(argument types)` as `regprocedure` takes it
  /// @param definition the whole CREATE FUNCTION
  /// @param replaces the one that goes with the contract, written like `name`
  record CreateFunction(Where where, String name, String definition, @Nullable String replaces)
      implements SchemaOperation {
    @Override
    public @Nullable String table() {
      return null;
    }

    @Override
    public Place at() {
      return where.of("function");
    }
  }

  /// A new view beside the one it replaces.
  ///
  /// @param query what stands after AS
  record CreateView(Where where, String name, String query, @Nullable String replaces)
      implements SchemaOperation {
    @Override
    public @Nullable String table() {
      return null;
    }

    @Override
    public Place at() {
      return where.of("view");
    }
  }

  /// @param bound `FOR VALUES FROM (…) TO (…)`, `FOR VALUES IN (…)`, `DEFAULT` …
  record AttachPartition(Where where, String table, String partition, String bound)
      implements SchemaOperation {}

  record DetachPartition(Where where, String table, String partition) implements SchemaOperation {}

  /// Statements of the team's own, with the way back they declare.
  ///
  /// @param name part of the step's id
  /// @param up one transaction, before the new version starts
  /// @param down takes it back
  /// @param contract one transaction, after the old version is gone; null: nothing
  /// @param stands a query whose first value is true while `up` stands; null: nothing is checked
  /// @param locks the tables it locks, so that blockers can be named
  record RawSql(
      Where where,
      String name,
      String up,
      String down,
      @Nullable String contract,
      @Nullable String stands,
      List<String> locks)
      implements SchemaOperation {
    public RawSql {
      locks = List.copyOf(locks);
    }

    @Override
    public @Nullable String table() {
      return null;
    }

    @Override
    public Place at() {
      return where.of("name");
    }
  }
}
