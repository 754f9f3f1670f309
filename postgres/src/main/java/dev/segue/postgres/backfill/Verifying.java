package dev.segue.postgres.backfill;

import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill;
import dev.segue.postgres.backfill.Copying.Assignment;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Compares rows with what their expressions give. Where an expression is over a column that it
/// sets itself, the old value that was kept takes that column's place; rows that were written since
/// are then their writer's.
final class Verifying implements Survey.Look {

  private static final int LISTED = 1000;

  private final Connection connection;
  private final Looking looking;
  private final Declared declared;
  private final Keeping keeping;
  private final boolean overItself;
  private final List<Mismatch> mismatches = new ArrayList<>();
  private long different;
  private long left;

  Verifying(Site site, Connection connection, Backfill.Rows rows, Looking looking)
      throws SQLException {
    this.connection = connection;
    this.looking = looking;
    this.declared = Declared.read(connection, rows);
    this.keeping = Keeping.of(connection, site, declared);
    List<String> set = declared.writes().columns();
    this.overItself = declared.inputs("").stream().anyMatch(set::contains);
  }

  Verification verify() throws SQLException {
    List<Part> parts = Part.of(connection, declared.writes().table());
    long looked = new Survey(connection, looking, this).rows(parts, "comparing");
    long items = looking.sample() > 0 ? Math.max(looked, Part.rows(parts)) : looked;
    return new Verification(items, looked, different, left, mismatches);
  }

  /// Counted when all of it could be asked.
  @Override
  public long at(Part part, String range) throws SQLException {
    long rows = count("SELECT count(*) FROM ONLY " + part.table() + " WHERE " + range);
    long open = count(declared.writes().count(part.table(), range));
    List<Mismatch> found =
        switch (declared.writes()) {
          case Copying _ when overItself && !keeping.there(connection) -> List.of();
          case Copying _ -> compared(part, range);
          case ByStatement told -> told(told, part, range);
        };
    left += open;
    different += found.size();
    found.stream().limit(LISTED - mismatches.size()).forEach(mismatches::add);
    return rows;
  }

  private String open() {
    return declared.writes().todo();
  }

  private long count(String sql) throws SQLException {
    return BatchSession.update(connection, List.of(), sql);
  }

  /// With what the statement made of it: what it would make of it now is not known.
  private List<Mismatch> told(ByStatement told, Part part, String range) throws SQLException {
    List<Mismatch> found = new ArrayList<>();
    if (keeping instanceof Aside aside && aside.there(connection)) {
      for (int i = 0; i < told.columns().size(); i++) {
        String column = told.columns().get(i);
        found.addAll(
            mismatches(
                column,
                "SELECT (SELECT %s FROM (SELECT t.*) AS i), t.%s::text, %s::text FROM %s AS o JOIN (SELECT * FROM ONLY %s WHERE %s) AS t ON %s WHERE t.%s::text IS DISTINCT FROM %s::text"
                    .formatted(
                        declared.item(),
                        column,
                        made(i),
                        aside.table(),
                        part.table(),
                        range,
                        aside.same(),
                        column,
                        made(i))));
      }
    }
    return found;
  }

  private List<Mismatch> mismatches(String column, String sql) throws SQLException {
    List<Mismatch> found = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery(sql)) {
        while (row.next()) {
          String is = text(row.getString(2));
          String wanted = text(row.getString(3));
          found.add(new Mismatch(row.getString(1), column, is, wanted));
        }
      }
    }
    return found;
  }

  private List<Mismatch> compared(Part part, String range) throws SQLException {
    List<Mismatch> found = new ArrayList<>();
    for (Assignment each : declared.assignments()) {
      String expected =
          "CAST(%s AS %s)".formatted(each.value(), declared.types().get(each.column()));
      String sql =
          "SELECT segue_item, segue_found, segue_expected FROM (SELECT %s AS segue_item, %s::text AS segue_found, (%s)::text AS segue_expected FROM %s) AS r WHERE segue_found IS DISTINCT FROM segue_expected"
              .formatted(
                  overItself ? "segue_item" : declared.item(),
                  overItself ? found(each) : each.column(),
                  expected,
                  overItself ? asItWas(part, range, each) : asItIs(part, range));
      found.addAll(mismatches(each.column(), sql));
    }
    return found;
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return value == null ? "null" : value;
  }

  private String asItIs(Part part, String range) {
    String filter =
        declared.rows().filter().isBlank() ? "" : " AND (" + declared.rows().filter() + "\n)";
    return "%s WHERE %s%s AND NOT coalesce((%s), false)"
        .formatted(declared.writes().rows(part.table()), range, filter, open());
  }

  private String found(Assignment each) {
    return "segue_found_" + declared.assignments().indexOf(each);
  }

  /// The rows with their old values, as far as they still hold what was set.
  private String asItWas(Part part, String range, Assignment asked) throws SQLException {
    List<String> set = declared.writes().columns();
    List<String> columns = columns();
    String others =
        columns.stream()
            .filter(column -> !set.contains(column))
            .map(column -> ", t." + column)
            .collect(Collectors.joining());
    List<String> was = new ArrayList<>();
    List<String> asSet = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      was.add("%s AS %s, t.%s AS segue_found_%d".formatted(old(i), set.get(i), set.get(i), i));
      asSet.add("t.%s::text IS NOT DISTINCT FROM %s::text".formatted(set.get(i), made(i)));
    }
    String item = "(SELECT %s FROM (SELECT t.*) AS i)".formatted(declared.item());
    String from =
        switch (keeping) {
          case Aside aside ->
              "%s AS o JOIN (SELECT * FROM ONLY %s WHERE %s) AS t ON %s"
                  .formatted(aside.table(), part.table(), range, aside.same());
          case Beside beside ->
              "(SELECT * FROM ONLY %s WHERE %s AND (%s)) AS t"
                  .formatted(part.table(), range, beside.any());
          case Keeping.Nowhere _ -> throw new IllegalStateException(asked.column());
        };
    return "(SELECT %s AS segue_item, %s%s FROM %s WHERE %s) AS %s"
        .formatted(
            item,
            String.join(", ", was),
            others,
            from,
            String.join(" AND ", asSet),
            declared.writes().called());
  }

  private String old(int i) {
    return keeping instanceof Beside beside
        ? "t." + beside.brothers().get(i).was()
        : "o.segue_o" + (i + 1);
  }

  private String made(int i) {
    return keeping instanceof Beside beside
        ? "t." + beside.brothers().get(i).made()
        : "o.segue_n" + (i + 1);
  }

  private List<String> columns() throws SQLException {
    return Prompt.list(
        connection,
        """
        select format('%I', attname) from pg_catalog.pg_attribute
        where attrelid = ?::bigint::oid and attnum > 0 and not attisdropped order by attnum
        """,
        row -> row.getString(1),
        declared.oid());
  }

  @Override
  public void failed(Part part, String range, SQLException why) throws SQLException {
    left++;
    if (mismatches.size() < LISTED) {
      String item =
          Prompt.texts(
                  connection,
                  "SELECT %s FROM ONLY %s WHERE %s".formatted(declared.item(), part.table(), range))
              .getFirst();
      String columns = String.join(", ", declared.rows().set().columns());
      mismatches.add(new Mismatch(item, columns, "not done", BadRows.reason(why)));
    }
  }
}
