package dev.segue.postgres.backfill;

import dev.segue.change.Backfill;
import dev.segue.conductor.Finding;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Does a few rows, looks what has become of them, and undoes it all.
///
/// @param name of the gate that asks
/// @param connection with autocommit on
record Trial(String name, Backfill.Rows rows, Connection connection) {

  private static final int TRIED = 20;

  Optional<Finding> of(Writes writes) throws SQLException {
    if (!BatchSession.mayBeQuiet(connection)) {
      // What triggers do may not be undone by a rollback.
      return Optional.empty();
    }
    connection.setAutoCommit(false);
    try {
      BatchSession.begin(
          connection, BatchSession.writing(rows.pace().batchTime().shared(), true, true));
      for (Part part : Part.of(connection, writes.table())) {
        Optional<Finding> found =
            switch (writes) {
              case Copying copying -> set(copying, part.table());
              case ByStatement told -> told(told, part.table());
            };
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(refused(e));
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private Finding refused(SQLException e) throws SQLException {
    String state = String.valueOf(e.getSQLState());
    if (BadRows.aboutTheRow(state)) {
      return Finding.warning(
          name,
          "a row cannot be given its new form: " + e.getMessage(),
          "segue backfill stats tells how many");
    }
    if (state.equals("42501") || state.startsWith("55") || state.equals("57014")) {
      return Finding.warning(name, "could not be tried on rows: " + e.getMessage(), null);
    }
    throw e;
  }

  private static String some(Work work, String part) {
    return "SELECT ctid FROM %s WHERE %s LIMIT %d FOR NO KEY UPDATE SKIP LOCKED"
        .formatted(work.rows(part), work.todo(), TRIED);
  }

  private Optional<Finding> set(Copying copying, String part) throws SQLException {
    String range = "ctid = ANY (ARRAY(" + some(copying, part) + "))";
    String statement = copying.all(part, range, true) + " RETURNING (" + copying.todo() + ")";
    return Prompt.texts(connection, statement).contains("t")
        ? Optional.of(neverEnds(part))
        : Optional.empty();
  }

  private Finding neverEnds(String part) {
    return Finding.refused(
        name,
        "rows of %s are still to be done when they are done: it would never end".formatted(part),
        "Say by 'todo' what is true of a row as long as it is not done: \"total_cents is null\".");
  }

  private Optional<Finding> told(ByStatement told, String part) throws SQLException {
    List<String> places = Prompt.texts(connection, some(told, part));
    if (places.isEmpty()) {
      return Optional.empty();
    }
    List<String> others = others(told);
    List<String> before = held(part, others, places);
    List<String> done = Prompt.texts(connection, told.places(part, BadRows.at(places)));
    if (done.isEmpty()) {
      return Optional.of(
          Finding.refused(
              name,
              "the statement writes none of the %d rows of %s that it was tried on"
                  .formatted(places.size(), part),
              "Does it find what it joins? Say by 'where' which rows it is about."));
    }
    List<String> all = new ArrayList<>(places);
    all.addAll(done);
    List<String> after = held(part, others, all);
    List<String> more =
        others.stream()
            .filter(each -> {
              int i = others.indexOf(each);
              return !before.get(i).equals(after.get(i));
            })
            .toList();
    if (!more.isEmpty()) {
      return Optional.of(
          Finding.refused(
              name,
              "the statement writes columns that 'columns' does not name, and so are not kept: "
                  + String.join(", ", more),
              "Name them all."));
    }
    return Prompt.texts(connection, told.count(part, BadRows.at(done))).contains("0")
        ? untouched(part, places.size(), done.size())
        : Optional.of(neverEnds(part));
  }

  private Optional<Finding> untouched(String part, int tried, int done) {
    return done == tried
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                name,
                "the statement leaves %d of %d rows of %s as they are"
                    .formatted(tried - done, tried, part),
                "Say by 'where' which rows it is about; 'verify' counts the others as left."));
  }

  /// Columns that the statement must leave as they are.
  private List<String> others(ByStatement told) throws SQLException {
    return Prompt.list(
            connection,
            """
            select format('%I', attname) from pg_catalog.pg_attribute
            where attrelid = pg_catalog.to_regclass(?) and attnum > 0 and not attisdropped
              and attgenerated = '' order by attnum
            """,
            row -> row.getString(1),
            told.table())
        .stream()
        .filter(column -> !told.columns().contains(column))
        .toList();
  }

  /// What some rows hold in each column, whichever row holds it.
  private List<String> held(String part, List<String> columns, List<String> places)
      throws SQLException {
    String sums =
        columns.stream()
            .map(c -> "array_agg(md5(%1$s::text) ORDER BY md5(%1$s::text))::text".formatted(c))
            .collect(Collectors.joining(", "));
    return Prompt.texts(
        connection,
        "SELECT unnest(ARRAY[%s]::text[]) FROM ONLY %s WHERE %s"
            .formatted(sums, part, BadRows.at(places)));
  }
}
