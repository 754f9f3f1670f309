package dev.segue.postgres.operation;

import static java.util.stream.Collectors.joining;

import dev.segue.change.Place;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Rows that a constraint would not let in, counted before a change begins: all of a table that is
/// small, else of a sample.
final class Violations {

  /// What the row is called in a condition.
  static final String ROW = "row__segue";

  private static final long SMALL = 256L << 20;

  /// Enough to find one row in ten thousand nearly always.
  private static final int SAMPLE_ROWS = 50_000;

  private static final int WITHIN_SECONDS = 20;

  private Violations() {}

  /// @param violated an SQL condition over a row
  /// @param words behind the number: `rows of public.person have no name`
  static void count(Inquiry inquiry, Place at, Relation table, String violated, String words)
      throws SQLException {
    boolean all = table.bytes() <= SMALL;
    String sample =
        all || table.rows() == 0
            ? ""
            : " tablesample system (%s)"
                .formatted(Math.min(100, 100.0 * SAMPLE_ROWS / table.rows()));
    Optional<Long> found =
        counted(
            inquiry.connection(),
            "select count(*) from %s %s%s where %s"
                .formatted(table.quoted(), ROW, sample, violated));
    if (found.isPresent() && found.get() > 0) {
      inquiry.adviseAgainst(
          at,
          "%,d %s%s".formatted(found.get(), words, all ? "" : " in a sample of its rows"),
          "Mend them first.");
    }
  }

  /// Values that are there more than once.
  static void duplicates(
      Inquiry inquiry, Place at, Relation table, List<String> columns, boolean nullsToo)
      throws SQLException {
    if (table.bytes() > SMALL || inquiry.refused()) {
      return;
    }
    String keys = columns.stream().map(Identifiers::quoted).collect(joining(", "));
    String filled =
        nullsToo
            ? ""
            : columns.stream()
                .map(column -> Identifiers.quoted(column) + " is not null")
                .collect(joining(" and ", " where ", ""));
    Optional<Long> found =
        counted(
            inquiry.connection(),
            "select count(*) from (select from %s%s group by %s having count(*) > 1) d"
                .formatted(table.quoted(), filled, keys));
    if (found.isPresent() && found.get() > 0) {
      inquiry.adviseAgainst(
          at,
          "%,d values of (%s) in %s are there more than once"
              .formatted(found.get(), keys, table.quoted()),
          "Mend them first.");
    }
  }

  /// Empty where it cannot be counted in time, or not at all.
  private static Optional<Long> counted(Connection connection, String query) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(WITHIN_SECONDS);
      statement.setEscapeProcessing(false);
      try (java.sql.ResultSet rows = statement.executeQuery(query)) {
        return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      // Cancelled, or a column that an earlier operation makes.
      if (state.equals("57014") || state.startsWith("42")) {
        return Optional.empty();
      }
      throw Sql.failed("counting rows of " + query, e);
    }
  }
}
