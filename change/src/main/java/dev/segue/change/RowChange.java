package dev.segue.change;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a backfill writes into rows.
public sealed interface RowChange {

  /// The key of the file that says it.
  String key();

  /// The columns that are written, in the file's order; at least one.
  List<String> columns();

  /// @param values an SQL expression over the row as it is, by column
  record Expressions(Map<String, String> values) implements RowChange {
    public Expressions {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public String key() {
      return "set";
    }

    @Override
    public List<String> columns() {
      return List.copyOf(values.keySet());
    }
  }

  /// One UPDATE of the table, in SQL of the user's own.
  ///
  /// @param before what stands before the condition that limits it to a batch
  /// @param alias what the statement calls the table, as SQL names it
  /// @param after what stands behind that condition
  record Sql(String before, String alias, String after, List<String> columns) implements RowChange {
    public Sql {
      columns = List.copyOf(columns);
    }

    @Override
    public String key() {
      return "sql";
    }

    public String with(String condition) {
      return before + condition + after;
    }
  }
}
