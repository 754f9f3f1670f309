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
public record Copying(String table, List<Assignment> set, String todo) implements Writes {

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

  @Override
  public String all(String part, String range, boolean first) {
    return head(part) + " WHERE " + range + " AND (" + todo + ")";
  }

  @Override
  public boolean countsItself() {
    return true;
  }

  @Override
  public String done(String part, String range, boolean first) {
    return "segue_done AS (" + all(part, range, first) + " RETURNING 1)";
  }

  @Override
  public List<String> columns() {
    return set.stream().map(Assignment::column).distinct().toList();
  }

  @Override
  public boolean none() {
    return set.isEmpty();
  }

  String head(String part) {
    return "UPDATE "
        + rows(part)
        + " SET "
        + set.stream().map(a -> a.column() + " = " + a.value()).collect(Collectors.joining(", "));
  }
}
