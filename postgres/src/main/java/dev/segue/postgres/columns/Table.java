package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.sql.Identifiers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the catalogue says about a table and what hangs on its columns. Definitions name everything
/// with its schema.
///
/// @param major version of the server
/// @param key columns that tell a row from another, as the catalogue has them; may be empty
record Table(
    int major,
    String schema,
    String table,
    long oid,
    boolean partitioned,
    List<String> key,
    List<Column> columns,
    List<Index> indexes,
    List<Constraint> constraints) {

  /// By which the trigger is known; it fires last.
  static final String TRIGGER = "zzz_segue_in_step";

  Table {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    indexes = List.copyOf(indexes);
    constraints = List.copyOf(constraints);
  }

  /// @param type with its length and schema
  /// @param plainType without its length
  /// @param collation as SQL names it, where it is not the type's own
  /// @param exact whether two values that are equal are the same
  /// @param notNullName of the constraint, on servers where it has one
  /// @param fallback its default
  /// @param identity `ALWAYS`, `BY DEFAULT` or null
  /// @param sequence it owns, as SQL names it
  /// @param sequenceOptions as ADD GENERATED takes them
  /// @param settings what ALTER COLUMN takes: `SET STATISTICS 100`
  /// @param storage what it takes only while the type is the same: `SET STORAGE EXTERNAL`
  /// @param grants texts with `%s` in the column's place
  record Column(
      String name,
      String type,
      String plainType,
      @Nullable String collation,
      boolean exact,
      boolean notNull,
      @Nullable String notNullName,
      @Nullable String fallback,
      boolean generated,
      @Nullable String identity,
      @Nullable String sequence,
      @Nullable String sequenceOptions,
      @Nullable String comment,
      List<String> settings,
      List<String> storage,
      List<String> grants) {
    Column {
      settings = List.copyOf(settings);
      storage = List.copyOf(storage);
      grants = List.copyOf(grants);
    }

    String quoted() {
      return Identifiers.quoted(name);
    }

    Column withFallback(@Nullable String fallback) {
      return new Column(
          name,
          type,
          plainType,
          collation,
          exact,
          notNull,
          notNullName,
          fallback,
          generated,
          identity,
          sequence,
          sequenceOptions,
          comment,
          settings,
          storage,
          grants);
    }

    /// As ADD COLUMN takes it.
    String definition(String as) {
      return as + " " + type + (collation == null ? "" : " COLLATE " + collation);
    }
  }

  /// @param method what stands behind USING
  /// @param constraint what its constraint is called in ADD: `PRIMARY KEY`, `UNIQUE`; null: none
  /// @param deferrable what follows: ` DEFERRABLE INITIALLY DEFERRED`
  /// @param keys plain columns it is sorted by, in order
  /// @param columns it is about, also in expressions
  /// @param computed those of them that an expression or a predicate names
  /// @param parts of a partitioned index, from the top down
  record Index(
      String name,
      boolean unique,
      String method,
      @Nullable String constraint,
      String deferrable,
      boolean clustered,
      boolean replicaIdentity,
      @Nullable String comment,
      @Nullable String constraintComment,
      List<String> keys,
      List<String> columns,
      List<String> computed,
      List<Part> parts) {
    Index {
      keys = List.copyOf(keys);
      parts = List.copyOf(parts);
      columns = List.copyOf(columns);
      computed = List.copyOf(computed);
    }

    String copy() {
      return Identifiers.aside(name);
    }
  }

  /// The index of a partition.
  ///
  /// @param parent the index it is attached to
  /// @param partitioned whether it has parts itself
  record Part(String schema, String table, String name, String parent, boolean partitioned) {

    String copy() {
      return Identifiers.aside(name);
    }

    String tableName() {
      return Identifiers.quoted(schema, table);
    }
  }

  /// @param kind `c` or `f`
  /// @param referenced the other table of a foreign key, as SQL names it
  record Constraint(
      String name,
      String kind,
      String definition,
      boolean validated,
      @Nullable String comment,
      List<String> columns,
      @Nullable String referenced) {
    Constraint {
      columns = List.copyOf(columns);
    }

    String copy() {
      return Identifiers.aside(name);
    }
  }

  String name() {
    return quoted(schema, table);
  }

  Optional<Column> column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  Column get(String name) {
    return column(name).orElseThrow(() -> new IllegalStateException("no column " + name));
  }

  boolean has(String name) {
    return column(name).isPresent();
  }

  /// As SQL names it.
  String function() {
    return quoted("segue", Identifiers.aside("in_step_" + schema + "_" + table));
  }

  /// The name of the check that stands for NOT NULL until the contract.
  String notNullCheck(String column) {
    return Identifiers.aside(table + "_" + column + "_not_null");
  }
}
