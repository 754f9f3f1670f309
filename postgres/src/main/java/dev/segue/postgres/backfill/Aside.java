package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Old values in a table of their own: `segue.kept_NAME`, with the rows' keys, what was there, and
/// what was set.
///
/// @param table as SQL names it
/// @param of the table whose rows they are
/// @param keys columns, as SQL names them
/// @param set the same
/// @param returnsOld whether RETURNING tells old values, as since 18
record Aside(
    Site site, String table, String of, List<String> keys, List<String> set, boolean returnsOld)
    implements Keeping {

  private static final int RETURNS_OLD_SINCE = 18;

  Aside {
    keys = List.copyOf(keys);
    set = List.copyOf(set);
  }

  static Aside of(Site site, Declared declared) {
    return new Aside(
        site,
        quoted("segue", "kept_" + declared.rows().name()),
        declared.writes().table(),
        declared.key().map(Way.Keyset::columns).orElse(List.of()),
        declared.writes().columns(),
        declared.major() >= RETURNS_OLD_SINCE);
  }

  private static List<String> numbered(String prefix, List<String> columns) {
    return IntStream.rangeClosed(1, columns.size()).mapToObj(i -> prefix + i).toList();
  }

  private List<String> k() {
    return numbered("segue_k", keys);
  }

  private List<String> o() {
    return numbered("segue_o", set);
  }

  private List<String> n() {
    return numbered("segue_n", set);
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(k());
    all.addAll(o());
    all.addAll(n());
    return all;
  }

  private static String as(List<String> values, List<String> names) {
    return pairs(values, names, "%s AS %s", ", ");
  }

  private static String pairs(List<String> a, List<String> b, String form, String between) {
    return IntStream.range(0, a.size())
        .mapToObj(i -> form.formatted(a.get(i), b.get(i)))
        .collect(Collectors.joining(between));
  }

  /// The row `t` of the table, and the old values `o` of it.
  String same() {
    return pairs(keys, k(), "t.%s = o.%s", " AND ");
  }

  private String comment() {
    return "Old values, kept by the change " + site.change();
  }

  @Override
  public void prepare(StepContext context) {
    if (keys.isEmpty()) {
      throw new SegueException(
          Kind.USER,
          "no-key",
          "The rows of %s have no key by which their old values could be found again."
              .formatted(of),
          "Keep them beside: 'keep: beside'; or rely on a backup: 'keep: backup'.");
    }
    try (Connection connection = site.open("making room for old values of " + of)) {
      if (there(connection)) {
        return;
      }
      if (Prompt.asks(connection, "select pg_catalog.to_regclass(?) is not null", table)) {
        throw new SegueException(
            Kind.USER,
            "name-taken",
            "There is a table " + table + " already, and this change has not made it.",
            "Finish the change that keeps old values there, or give this backfill another name.");
      }
      connection.setAutoCommit(false);
      context.fence().check(connection);
      String columns = as(keys, k()) + ", " + as(set, o()) + ", " + as(set, n());
      Prompt.execute(connection, "CREATE SCHEMA IF NOT EXISTS segue");
      Prompt.execute(
          connection,
          "CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA".formatted(table, columns, of));
      Prompt.execute(connection, "COMMENT ON TABLE %s IS %s".formatted(table, literal(comment())));
      connection.commit();
    } catch (SQLException e) {
      throw Sql.failed("making room for old values of " + of, e);
    }
  }

  @Override
  public Work forward(Declared declared) {
    return new Keeps(this, declared.writes());
  }

  @Override
  public boolean unsettled(Connection connection, Declared declared) throws SQLException {
    return Keeping.any(connection, table);
  }

  @Override
  public boolean there(Connection connection) throws SQLException {
    return Prompt.asks(
        connection,
        "select pg_catalog.obj_description(pg_catalog.to_regclass(?), 'pg_class') = ?",
        table,
        comment());
  }

  @Override
  public void remove(StepContext context) {
    try (Connection connection = site.open("dropping " + table)) {
      connection.setAutoCommit(false);
      context.fence().check(connection);
      if (there(connection)) {
        Prompt.execute(connection, "DROP TABLE " + table);
      }
      connection.commit();
    } catch (SQLException e) {
      throw Sql.failed("dropping " + table, e);
    }
  }

  @Override
  public String words() {
    return table;
  }

  /// What is set, and in the same statement what was there.
  ///
  /// The old values that are kept are those of the version that is overwritten: where somebody
  /// writes the row in between, its xmin is another, and the next pass does it.
  record Keeps(Aside aside, Writes writes) implements Kept {

    @Override
    public Kept over(Copying other) {
      return new Keeps(aside, other);
    }

    @Override
    public List<String> locks(String part, String range) {
      return writes.locks(part, range);
    }

    @Override
    public String done(String part, String range, boolean first) {
      String columns = String.join(", ", aside.all());
      return "%s%s, segue_kept AS (INSERT INTO %s (%s) SELECT %s FROM segue_done)"
          .formatted(done(part, range), first ? "" : older(), aside.table, columns, columns);
    }

    @Override
    public String found() {
      return switch (writes) {
        case Copying _ when !aside.returnsOld -> "(SELECT count(*) FROM segue_was)";
        case Copying _ -> Kept.super.found();
        case ByStatement _ -> Kept.super.found();
      };
    }

    private String done(String part, String range) {
      return switch (writes) {
        case Copying copying -> done(copying, part, range);
        case ByStatement told ->
            told.kept(
                part, range, aside.keys, new ByStatement.Names(aside.k(), aside.o(), aside.n()));
      };
    }

    private String done(Copying copying, String part, String range) {
      if (aside.returnsOld) {
        return "segue_done AS (%s WHERE %s AND (%s) RETURNING WITH (OLD AS segue_old, NEW AS segue_new) %s, %s, %s)"
            .formatted(
                copying.head(part),
                range,
                copying.todo(),
                as(prefixed("segue_new.", aside.keys), aside.k()),
                as(prefixed("segue_old.", aside.set), aside.o()),
                as(prefixed("segue_new.", aside.set), aside.n()));
      }
      String was =
          "segue_was AS MATERIALIZED (SELECT ctid AS segue_at, xmin AS segue_by, %s, %s FROM %s WHERE %s AND (%s))"
              .formatted(
                  as(aside.keys, aside.k()),
                  as(aside.set, aside.o()),
                  copying.rows(part),
                  range,
                  copying.todo());
      return "%s, segue_done AS (%s FROM segue_was WHERE ctid = segue_at AND xmin = segue_by RETURNING %s, %s, %s)"
          .formatted(
              was,
              copying.head(part),
              String.join(", ", aside.k()),
              String.join(", ", aside.o()),
              as(aside.set, aside.n()));
    }

    private static List<String> prefixed(String prefix, List<String> columns) {
      return columns.stream().map(column -> prefix + column).toList();
    }

    /// A row that was written in the old form once more: its newest old value counts.
    private String older() {
      return ", segue_older AS (DELETE FROM %s AS o USING segue_done AS d WHERE %s)"
          .formatted(aside.table, pairs(aside.k(), aside.k(), "o.%s = d.%s", " AND "));
    }

    @Override
    public Optional<String> afterFirstPass() {
      return Optional.of(
          "CREATE INDEX ON %s (%s)".formatted(aside.table, String.join(", ", aside.k())));
    }
  }

  @Override
  public Work back(Declared declared) {
    return new Back(this);
  }

  /// Takes old values out and gives them back, in one statement. The rows of the table of old
  /// values are what is walked through.
  record Back(Aside aside) implements Work {

    @Override
    public String table() {
      return aside.table;
    }

    @Override
    public String written() {
      return aside.of;
    }

    @Override
    public String todo() {
      return "true";
    }

    @Override
    public String analyzed() {
      return "";
    }

    @Override
    public String done(String part, String range, boolean first) {
      String assigned = pairs(aside.set, aside.o(), "%s = o.%s", ", ");
      return """
      segue_done AS (DELETE FROM ONLY %s WHERE %s RETURNING *),
      segue_back AS (UPDATE %s AS t SET %s FROM segue_done AS o WHERE %s AND %s)\
      """
          .formatted(part, range, aside.of, assigned, aside.same(), asSet());
    }

    /// To the letter: what somebody has written since stays.
    private String asSet() {
      return pairs(aside.set, aside.n(), "t.%s::text IS NOT DISTINCT FROM o.%s::text", " AND ");
    }

    @Override
    public String free(String part, String range) {
      return "ctid = ANY (ARRAY(SELECT o.ctid FROM ONLY %s AS o JOIN %s AS t ON %s WHERE %s FOR NO KEY UPDATE OF t SKIP LOCKED))"
          .formatted(part, aside.of, aside.same(), range.replace("ctid ", "o.ctid "));
    }
  }
}
