package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How a table is walked through, range by range. A position is a row's key as texts, or a block's
/// number; an empty one is the table's beginning or its end.
sealed interface Way {

  /// Where a range of about so many rows ends that begins at a position; empty: it goes to the end
  /// of what is to be walked.
  ///
  /// @param first statements that are sent before, in the same round trip
  List<String> end(Connection connection, List<String> first, String table, Checkpoint at, int rows)
      throws SQLException;

  /// The SQL condition of a range, its end included, its beginning not.
  String within(List<String> from, List<String> to);

  /// The same, as a plan shows it.
  String shown();

  /// What tells a row from others, as texts.
  String key();

  /// A position means something only along the way that it was reached by.
  String name();

  /// Along a btree index over columns that hold no NULL.
  ///
  /// @param columns as SQL names them
  /// @param types the same
  /// @param operators the schema of the columns' operators
  record Keyset(List<String> columns, List<String> types, String operators) implements Way {

    public Keyset {
      columns = List.copyOf(columns);
      types = List.copyOf(types);
    }

    @Override
    public List<String> end(
        Connection connection, List<String> first, String table, Checkpoint at, int rows)
        throws SQLException {
      return BatchSession.texts(connection, first, endQuery(table, at, rows));
    }

    /// The inner query walks over the index alone; only its one row is made into texts.
    private String endQuery(String table, Checkpoint at, int rows) {
      String names = String.join(", ", columns);
      return "SELECT %s FROM (SELECT %s FROM ONLY %s WHERE %s ORDER BY %s OFFSET %d LIMIT 1) AS k"
          .formatted(key(), names, table, within(at.position(), at.upto()), names, rows - 1);
    }

    /// Keys that part a table in so many ranges of about the same size, from a sample of its
    /// blocks.
    ///
    /// @param percent of the blocks
    List<List<String>> quantiles(Connection connection, String table, int ranges, double percent)
        throws SQLException {
      String names = String.join(", ", columns);
      String query =
          """
          SELECT %s AS key FROM (
            SELECT %s, row_number() OVER (ORDER BY %s) AS segue_n, count(*) OVER () AS segue_all
            FROM ONLY %s TABLESAMPLE SYSTEM (%s)) AS k
          WHERE segue_n < segue_all AND segue_n %% greatest(segue_all / %d, 1) = 0
          ORDER BY segue_n LIMIT %d
          """
              .formatted(key(), names, names, table, percent, ranges, ranges - 1);
      return Sql.list(connection, query, row -> Sql.texts(row, "key"));
    }

    @Override
    public String within(List<String> from, List<String> to) {
      List<String> both = new ArrayList<>();
      if (!from.isEmpty()) {
        both.add(compared(">", literals(from)));
      }
      if (!to.isEmpty()) {
        both.add(compared("<=", literals(to)));
      }
      return both.isEmpty() ? "true" : String.join(" AND ", both);
    }

    /// The SQL condition of some rows, by their keys as texts.
    String among(List<List<String>> keys) {
      return keys.stream()
          .map(key -> "(" + compared("=", literals(key)) + ")")
          .collect(Collectors.joining(" OR ", "(", ")"));
    }

    @Override
    public String shown() {
      int n = columns.size();
      return compared(">", placeholders(1, n)) + " AND " + compared("<=", placeholders(n + 1, n));
    }

    @Override
    public String key() {
      return columns.stream()
          .map(column -> "pg_catalog.format('%s', " + column + ")")
          .collect(Collectors.joining(", ", "ARRAY[", "]"));
    }

    @Override
    public String name() {
      return "along " + String.join(", ", columns);
    }

    private String compared(String operator, List<String> values) {
      String op =
          operators.equals("pg_catalog")
              ? operator
              : "OPERATOR(" + operators + "." + operator + ")";
      return row(columns) + " " + op + " " + row(values);
    }

    private static String row(List<String> values) {
      return values.size() == 1 ? values.getFirst() : "(" + String.join(", ", values) + ")";
    }

    private List<String> literals(List<String> position) {
      return IntStream.range(0, position.size())
          .mapToObj(i -> literal(position.get(i)) + "::" + types.get(i))
          .toList();
    }

    private static List<String> placeholders(int first, int n) {
      return IntStream.range(first, first + n).mapToObj(i -> "$" + i).toList();
    }
  }

  /// Block by block: where there is no key. A row that somebody moves from behind the position to
  /// before it is found by the next pass.
  ///
  /// @param blocks how many there are
  /// @param rowsPerBlock by the statistics
  record Blocks(long blocks, double rowsPerBlock) implements Way {

    @Override
    public List<String> end(
        Connection connection, List<String> first, String table, Checkpoint at, int rows)
        throws SQLException {
      BatchSession.begin(connection, first);
      return end(at, rows);
    }

    /// The same, which nobody need be asked.
    List<String> end(Checkpoint at, int rows) {
      long end = start(at.position()) + Math.max(1, Math.round(rows / rowsPerBlock));
      return end >= last(at) ? List.of() : List.of(Long.toString(end));
    }

    /// The end of what is to be walked; of a table that grows, as it was.
    long last(Checkpoint at) {
      return at.upto().isEmpty() ? blocks : start(at.upto());
    }

    /// About how many rows so many blocks hold.
    long rows(long some) {
      return Math.round(some * rowsPerBlock);
    }

    long start(List<String> from) {
      return from.isEmpty() ? 0 : Long.parseLong(from.getFirst());
    }

    @Override
    public String within(List<String> from, List<String> to) {
      String upper = to.isEmpty() ? "" : " AND ctid < '(" + to.getFirst() + ",0)'::pg_catalog.tid";
      return "ctid >= '(" + start(from) + ",0)'::pg_catalog.tid" + upper;
    }

    @Override
    public String shown() {
      return "ctid >= $1 AND ctid < $2";
    }

    @Override
    public String key() {
      return "ARRAY[ctid::pg_catalog.text]";
    }

    @Override
    public String name() {
      return "by blocks";
    }
  }
}
