package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Failures.Failed;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.postgres.backfill.Copying.Assignment;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the rows of a batch that cannot be done, by halves, within the batch's transaction; keeps
/// each with its reason, and does the others.
///
/// Thread-safe.
final class BadRows {

  /// A batch that is looked through holds its rows for longer.
  private static final int MOST_LOOKED_THROUGH = 2000;

  /// One subtransaction each stays below what a backend keeps at hand.
  private static final int LEAST = 50;

  private final Declared declared;
  private final FailedTable table;
  private final Failures failures;

  /// What takes the place of what cannot be had; null: nothing does.
  private final @Nullable String fallback;

  /// Whether those that could not be done before are tried, too.
  private final boolean anew;

  /// Rows that got the default: no failures, but they had to be looked for as well.
  private final AtomicLong replacements = new AtomicLong();

  BadRows(Declared declared, FailedTable table, Failures failures) {
    this(declared, table, failures, false);
  }

  BadRows(Declared declared, FailedTable table, Failures failures, boolean anew) {
    this.declared = declared;
    this.table = table;
    this.failures = failures;
    this.anew = anew;
    this.fallback =
        declared.rows().failures().mode() == Mode.DEFAULT
            ? declared.rows().failures().value()
            : null;
  }

  /// @param rows done
  /// @param left that are to be done, and are locked by somebody
  /// @param bad that could not be done; not to be recorded before the transaction has ended well
  record Done(long rows, long left, List<Failed> bad) {}

  /// @param at where it is
  /// @param item as people know it
  /// @param key by which it is found again; empty: it has none
  private record Row(String at, String item, List<String> key) {}

  /// Data exceptions, broken constraints, and what functions raise themselves.
  static boolean aboutTheRow(String state) {
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("P0");
  }

  /// These rows, as an SQL condition.
  static String at(List<String> places) {
    return places.stream()
        .map(place -> '"' + place + '"')
        .collect(Collectors.joining(",", "ctid = ANY ('{", "}'::pg_catalog.tid[])"));
  }

  /// The first line of what the server says.
  static String reason(SQLException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return line.startsWith("ERROR: ") ? line.substring("ERROR: ".length()) : line;
  }

  void looked(long rows) {
    failures.looked(rows);
  }

  /// These are in the table for good.
  void record(List<Failed> bad) {
    failures.record(bad);
  }

  /// Rows that could not be done, by now.
  long count() {
    return failures.count();
  }

  /// How many rows a batch should have at most, so that few batches hold more than one bad row.
  int most(long seen, boolean careful) {
    long count = failures.count() + replacements.get();
    long often =
        count == 0 ? Integer.MAX_VALUE : Math.clamp(seen / count, LEAST, Integer.MAX_VALUE);
    return (int) Math.min(often, careful ? MOST_LOOKED_THROUGH : Integer.MAX_VALUE);
  }

  /// In the caller's transaction.
  Done around(Connection connection, Work work, Part part, String range, boolean first)
      throws SQLException {
    List<Row> rows = rows(connection, part, range + " FOR NO KEY UPDATE SKIP LOCKED");
    Halving halving = new Halving(connection, work, part, first);
    // Rows that are done move.
    long left = halving.open(unknown(connection, others(connection, part, range, rows)));
    return new Done(halving.done(unknown(connection, rows)), left, halving.bad);
  }

  /// By the table: what a transaction that came to nothing had found is not there. A default is not
  /// set twice, or it would be what is kept.
  private List<Row> unknown(Connection connection, List<Row> rows) throws SQLException {
    Set<String> known = table.known(connection, rows.stream().map(Row::item).toList(), !anew);
    return rows.stream().filter(row -> !known.contains(row.item())).toList();
  }

  /// Locked by somebody, or just written.
  private List<Row> others(Connection connection, Part part, String range, List<Row> rows)
      throws SQLException {
    String had = at(rows.stream().map(Row::at).toList());
    return rows(connection, part, "%s AND NOT (%s)".formatted(range, had));
  }

  private List<Row> rows(Connection connection, Part part, String where) throws SQLException {
    String key = declared.key().map(Way.Keyset::key).orElse("NULL::pg_catalog.text[]");
    return Sql.list(
        connection,
        "SELECT ctid::text, %s, %s AS segue_key FROM ONLY %s WHERE %s"
            .formatted(declared.item(), key, part.table(), where),
        row -> new Row(row.getString(1), row.getString(2), Sql.texts(row, "segue_key")));
  }

  /// @param there that still have the key
  /// @param rows done
  /// @param stillBad those that cannot be done
  record Again(long there, long rows, List<Failed> stillBad) {}

  /// Tries those that failed, of one part, in the caller's transaction. A row that somebody holds
  /// is waited for.
  ///
  /// @param range where they are
  Again again(Connection connection, Work work, Part part, String range) throws SQLException {
    Halving halving = new Halving(connection, work, part, false);
    List<Row> rows = rows(connection, part, range + " FOR NO KEY UPDATE");
    return new Again(rows.size(), halving.done(rows), halving.bad);
  }

  private record Outcome(long rows, Optional<SQLException> refusal) {}

  @FunctionalInterface
  private interface Attempt {
    long rows() throws SQLException;
  }

  private final class Halving {
    private final Connection connection;
    private final Work work;
    private final Part part;
    private final boolean first;
    private final List<Failed> bad = new ArrayList<>();

    Halving(Connection connection, Work work, Part part, boolean first) {
      this.connection = connection;
      this.work = work;
      this.part = part;
      this.first = first;
    }

    long done(List<Row> rows) throws SQLException {
      if (rows.isEmpty()) {
        return 0;
      }
      Outcome outcome = tried(work, at(rows));
      if (outcome.refusal().isEmpty()) {
        return outcome.rows();
      }
      int half = rows.size() / 2;
      return half == 0
          ? bad(rows.getFirst(), outcome.refusal().get())
          : done(rows.subList(0, half)) + done(rows.subList(half, rows.size()));
    }

    /// How many are to be done, those included of which that cannot be told.
    long open(List<Row> rows) throws SQLException {
      if (rows.isEmpty()) {
        return 0;
      }
      String count = work.count(part.table(), at(rows));
      Outcome outcome = tried(() -> BatchSession.update(connection, List.of(), count));
      if (outcome.refusal().isEmpty() || rows.size() == 1) {
        return outcome.refusal().isEmpty() ? outcome.rows() : 1;
      }
      int half = rows.size() / 2;
      return open(rows.subList(0, half)) + open(rows.subList(half, rows.size()));
    }

    private Outcome tried(Work each, String here) throws SQLException {
      return tried(() -> BatchSession.done(connection, each, part.table(), here, first));
    }

    private Outcome tried(Attempt attempt) throws SQLException {
      Savepoint before = connection.setSavepoint();
      try {
        long rows = attempt.rows();
        connection.releaseSavepoint(before);
        return new Outcome(rows, Optional.empty());
      } catch (SQLException e) {
        if (!aboutTheRow(String.valueOf(e.getSQLState()))) {
          throw e;
        }
        connection.rollback(before);
        connection.releaseSavepoint(before);
        return new Outcome(0, Optional.of(e));
      }
    }

    private static String at(List<Row> rows) {
      return BadRows.at(rows.stream().map(Row::at).toList());
    }

    private long bad(Row row, SQLException refusal) throws SQLException {
      String here = at(List.of(row));
      String name = refused(here);
      Failed failed =
          new Failed(row.item(), name, value(here, name), refusal.getSQLState(), reason(refusal));
      boolean replaced =
          fallback != null
              && tried(declared.with(work, name, literal(fallback)), here).refusal().isEmpty();
      if (replaced) {
        replacements.incrementAndGet();
      } else {
        failed(failed);
      }
      table.keep(connection, failed, row.key(), replaced);
      return 0;
    }

    private void failed(Failed one) {
      bad.add(one);
      if (!failures.bears(bad.size())) {
        // It comes to nothing, and the list says why.
        failures.record(bad);
      }
    }

    /// Whose value it is; blank: that cannot be told, or it is a constraint of the table.
    private String refused(String here) throws SQLException {
      for (Assignment each : declared.assignments()) {
        String sql =
            "SELECT (%s)::text FROM %s WHERE %s"
                .formatted(each.value(), declared.writes().rows(part.table()), here);
        if (tried(() -> BatchSession.update(connection, List.of(), sql)).refusal().isPresent()) {
          return each.column();
        }
      }
      List<String> columns = declared.writes().columns();
      return columns.size() == 1 ? columns.getFirst() : "";
    }

    /// What the expressions are over, as it is.
    private @Nullable String value(String here, String column) throws SQLException {
      List<String> inputs = declared.inputs(column);
      if (inputs.isEmpty()) {
        return null;
      }
      String texts =
          inputs.size() == 1
              ? inputs.getFirst() + "::text"
              : inputs.stream()
                  .map(input ->
                      "%s || coalesce(%s::text, 'null')".formatted(literal(input + "="), input))
                  .collect(Collectors.joining(" || ', ' || "));
      return Sql.one(
          connection,
          "SELECT left(%s, %d) FROM ONLY %s WHERE %s"
              .formatted(texts, Failures.LONGEST_VALUE, part.table(), here),
          row -> row.getString(1));
    }
  }
}
