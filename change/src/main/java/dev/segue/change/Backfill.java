package dev.segue.change;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Data that gets a new form while it is used.
public sealed interface Backfill {

  Where where();

  /// Names its step, its checkpoint and what it keeps: `[a-z0-9][a-z0-9-]*`.
  String name();

  BackfillPace pace();

  FailurePolicy failures();

  /// Where the old values are kept until `finish`.
  Keep keep();

  /// The id of its step.
  default String step() {
    return "backfill-" + name();
  }

  /// Where old values are kept.
  enum Keep {
    /// Chosen by size.
    AUTO,
    /// Beside the value: a field of the same hash, a column of the same row.
    BESIDE,
    /// Elsewhere in the same store: a hash or a table of its own.
    ASIDE,
    /// Nowhere: the way back is the backup.
    BACKUP
  }

  /// Keys of Redis.
  record Keys(
      Where where,
      String name,
      KeySelection keys,
      List<ValueChange> changes,
      BackfillPace pace,
      FailurePolicy failures,
      Keep keep)
      implements Backfill {
    public Keys {
      changes = List.copyOf(changes);
    }

    public Keys withPace(BackfillPace other) {
      return new Keys(where, name, keys, changes, other, failures, keep);
    }
  }

  /// Rows of a table of PostgreSQL.
  ///
  /// @param set what is written
  /// @param filter an SQL condition: which rows; blank: all
  /// @param todo an SQL condition that is true as long as a row is not done; doing it makes it
  ///   false; blank: a row is done when setting changes nothing
  /// @param workers how many copy at once, each a range of its own
  record Rows(
      Where where,
      String name,
      String table,
      RowChange set,
      String filter,
      String todo,
      int workers,
      BackfillPace pace,
      FailurePolicy failures,
      Keep keep)
      implements Backfill {
    public Rows withPace(BackfillPace other) {
      return new Rows(where, name, table, set, filter, todo, workers, other, failures, keep);
    }
  }

  /// Which keys.
  ///
  /// @param patterns as SCAN's MATCH takes them; at least one
  /// @param model of Redis OM, `module.Model`, whose pattern is in `patterns`; null: not one
  record KeySelection(List<String> patterns, @Nullable String model, Shape shape) {
    public KeySelection {
      patterns = List.copyOf(patterns);
    }
  }

  /// What a key holds.
  enum Shape {
    HASH,
    /// A string that is a JSON document.
    JSON_TEXT,
    /// A document of the JSON module.
    JSON
  }

  static Optional<Backfill> named(List<Backfill> all, String name) {
    return all.stream().filter(b -> b.name().equals(name)).findFirst();
  }
}
