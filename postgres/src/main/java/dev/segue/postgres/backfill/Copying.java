package dev.segue.postgres.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// What is set in which rows of a table.
///
/// @param table as SQL names it, with its schema
/// @param set what is set, in order; at least one
/// @param todo an SQL condition over the row's columns: true as long as the row is not done; doing
///   it makes it false
public record Copying(String table, List<Assignment> set, String todo) {

  public Copying {
    set = List.copyOf(set);
  }

  /// @param column as SQL names it
  /// @param value an SQL expression over the row's columns as they are
  public record Assignment(String column, String value) {}

  /// Knows what is copied once the columns are there.
  @FunctionalInterface
  public interface Source {
    Copying read(Connection connection) throws SQLException;
  }

  /// Does what is to be done in a range.
  String update(String part, String range) {
    return head(part) + " WHERE " + range + " AND (" + todo + ")";
  }

  /// The same, but for rows that somebody has locked.
  String updateOfFree(String part, String range) {
    String free =
        "SELECT ctid FROM ONLY %s WHERE %s AND (%s) FOR NO KEY UPDATE SKIP LOCKED"
            .formatted(part, range, todo);
    return head(part) + " WHERE ctid = ANY (ARRAY(" + free + ")) AND (" + todo + ")";
  }

  /// How many rows are to be done in a range.
  String count(String part, String range) {
    return "SELECT count(*) FROM ONLY " + part + " WHERE " + range + " AND (" + todo + ")";
  }

  private String head(String part) {
    return "UPDATE ONLY "
        + part
        + " SET "
        + set.stream().map(a -> a.column() + " = " + a.value()).collect(Collectors.joining(", "));
  }

  /// `(email_new)`: for ANALYZE.
  String columns() {
    return set.stream()
        .map(Assignment::column)
        .distinct()
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
