package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.Backfill;
import dev.segue.change.RowChange;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.backfill.Copying.Assignment;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A declared backfill and the table as it is.
///
/// @param writes what is to be done, without what is kept
/// @param types of the columns that are set, by column, all as SQL names them
/// @param key that tells rows apart, partitions and all; empty: there is none
/// @param inputs by column the columns that its expression is over
/// @param major the server's version
/// @param referential whether a foreign key watches over a column that is set
record Declared(
    Backfill.Rows rows,
    long oid,
    Writes writes,
    Map<String, String> types,
    Optional<Way.Keyset> key,
    Map<String, List<String>> inputs,
    int major,
    boolean referential) {

  private static final String COLUMNS =
      """
      select format('%I', a.attname) as name,
        pg_catalog.format_type(a.atttypid, a.atttypmod) as type
      from pg_catalog.pg_attribute a
      where a.attrelid = ? and a.attname = any(?) and a.attnum > 0 and not a.attisdropped
      """;

  /// Triggers that hold foreign keys do not fire for a replica either; nor do those of columns that
  /// are kept in step.
  private static final String REFERENTIAL =
      """
      with recursive tree (oid) as (
        select ?::bigint::oid
        union
        select i.inhrelid from pg_catalog.pg_inherits i join tree t on i.inhparent = t.oid)
      select exists (
          select from pg_catalog.pg_constraint c
          join pg_catalog.pg_attribute a on a.attname = any(?)
            and (a.attrelid = c.conrelid and a.attnum = any(c.conkey)
              or a.attrelid = c.confrelid and a.attnum = any(c.confkey))
          where c.contype = 'f' and a.attrelid in (select oid from tree))
        or exists (
          select from pg_catalog.pg_trigger
          where tgrelid in (select oid from tree) and tgname like 'zzz_segue%')
      """;

  private static final String INPUTS =
      """
      select format('%I', a.attname) from pg_catalog.pg_rewrite r
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = ? and d.refobjsubid > 0
      join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where r.ev_class = 'pg_temp.segue_asked'::regclass
      order by a.attnum
      """;

  Declared {
    types = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(types));
    inputs = Map.copyOf(inputs);
  }

  /// @param connection with autocommit on
  /// @throws SegueException USER `table-missing`, `column-missing`, `expression-refused`
  static Declared read(Connection connection, Backfill.Rows rows) throws SQLException {
    String written = TableName.parse(rows.table()).quoted();
    Found found =
        Prompt.first(
                connection,
                """
                select c.oid::bigint as oid, format('%I.%I', n.nspname, c.relname) as name
                from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where c.oid = pg_catalog.to_regclass(?) and c.relkind in ('r', 'p')
                """,
                row -> new Found(row.getLong("oid"), row.getString("name")),
                written)
            .orElseThrow(() -> missing("table-missing", rows, "table", "no table " + rows.table()));
    Map<String, String> types = types(connection, rows, found.oid());
    Writes writes = writes(rows, found.name(), types);
    return new Declared(
        rows,
        found.oid(),
        writes,
        types,
        Part.key(connection, found.oid()),
        switch (writes) {
          case Copying copying -> inputs(connection, rows, found, copying);
          case ByStatement _ -> Map.of();
        },
        connection.getMetaData().getDatabaseMajorVersion(),
        Prompt.asks(
            connection, REFERENTIAL, found.oid(), rows.set().columns().toArray(new String[0])));
  }

  private record Found(long oid, String name) {}

  private static Map<String, String> types(Connection connection, Backfill.Rows rows, long oid)
      throws SQLException {
    String[] names = rows.set().columns().toArray(new String[0]);
    Map<String, String> found = new LinkedHashMap<>();
    for (List<String> each :
        Prompt.list(
            connection,
            COLUMNS,
            row -> List.of(row.getString("name"), row.getString("type")),
            oid,
            names)) {
      found.put(each.getFirst(), each.getLast());
    }
    for (String name : names) {
      if (!found.containsKey(quoted(name)) && !found.containsKey(Sql.quoted(name))) {
        throw missing(
            "column-missing",
            rows,
            rows.set().key(),
            "table " + rows.table() + " has no column " + name);
      }
    }
    return found;
  }

  private static SegueException missing(String code, Backfill.Rows rows, String key, String what) {
    return new SegueException(
        Kind.USER, code, rows.where().of(key) + ": there is " + what + ".", null);
  }

  private static Writes writes(Backfill.Rows rows, String table, Map<String, String> types) {
    return switch (rows.set()) {
      case RowChange.Expressions set -> copying(rows, set, table, types);
      case RowChange.Sql sql ->
          new ByStatement(
              table,
              sql,
              sql.columns().stream().map(name -> column(name, types)).toList(),
              filtered(rows, rows.todo() + "\n"));
    };
  }

  private static String column(String name, Map<String, String> types) {
    return types.containsKey(quoted(name)) ? quoted(name) : Sql.quoted(name);
  }

  private static String filtered(Backfill.Rows rows, String todo) {
    return rows.filter().isBlank() ? todo : "(%s\n) AND (%s)".formatted(rows.filter(), todo);
  }

  private static Copying copying(
      Backfill.Rows rows, RowChange.Expressions set, String table, Map<String, String> types) {
    List<Assignment> all = new ArrayList<>();
    set.values()
        .forEach(
            (name, value) -> all.add(new Assignment(column(name, types), "(" + value + "\n)")));
    String todo = rows.todo().isBlank() ? differing(all, types) : rows.todo() + "\n";
    return new Copying(table, all, filtered(rows, todo));
  }

  private static String differing(List<Assignment> set, Map<String, String> types) {
    return set.stream()
        .map(a ->
            "%s IS DISTINCT FROM CAST(%s AS %s)"
                .formatted(a.column(), a.value(), types.get(a.column())))
        .collect(Collectors.joining(" OR "));
  }

  /// What the server says they are over; what it does not take, it says here.
  private static Map<String, List<String>> inputs(
      Connection connection, Backfill.Rows rows, Found found, Copying copying) throws SQLException {
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    connection.setAutoCommit(false);
    try {
      for (Assignment each : copying.set()) {
        Prompt.execute(
            connection,
            "CREATE TEMP VIEW segue_asked AS SELECT %s AS segue_value FROM %s"
                .formatted(each.value(), found.name()));
        inputs.put(
            each.column(), Prompt.list(connection, INPUTS, row -> row.getString(1), found.oid()));
        connection.rollback();
      }
    } catch (SQLException e) {
      throw refused(rows, "set", e);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return inputs;
  }

  static SegueException refused(Backfill.Rows rows, String key, SQLException e)
      throws SQLException {
    String state = String.valueOf(e.getSQLState());
    if (!state.startsWith("42") && !state.startsWith("22") && !state.startsWith("0A")) {
      throw e;
    }
    return new SegueException(
        Kind.USER,
        "expression-refused",
        "%s: PostgreSQL refuses it: %s".formatted(rows.where().of(key), e.getMessage()),
        null,
        e);
  }

  /// Looks at a statement's plan, which says what it does; nothing is carried out.
  ///
  /// @throws SegueException USER `expression-refused`, `statement-unfit`
  void fit(Connection connection) throws SQLException {
    if (!(writes instanceof ByStatement told)) {
      return;
    }
    String plan = "EXPLAIN (VERBOSE, COSTS OFF) " + told.all(told.table(), "true", true);
    String trouble;
    try {
      trouble = told.trouble(Prompt.texts(connection, plan));
    } catch (SQLException e) {
      throw refused(rows, "sql", e);
    }
    List<String> keys = key.map(Way.Keyset::columns).orElse(List.of());
    if (trouble.isEmpty() && keys.stream().anyMatch(told.columns()::contains)) {
      trouble = "it writes %s, by which rows are found again".formatted(String.join(", ", keys));
    }
    if (!trouble.isEmpty()) {
      throw new SegueException(
          Kind.USER,
          "statement-unfit",
          "%s: this cannot be done batch by batch: %s.".formatted(rows.where().of("sql"), trouble),
          "Write one UPDATE of the table: update orders o set … from … where … and {batch:o}");
    }
  }

  /// What tells a row from others, for people and for the list of failures: `id=42`.
  String item() {
    return key.map(way ->
            way.columns().stream()
                .map(column -> "%s || %s::text".formatted(literal(column + "="), column))
                .collect(Collectors.joining(" || ', ' || ")))
        .orElse("tableoid::pg_catalog.regclass::text || ' ' || ctid::text");
  }

  /// Of one column's expression; of all of them for a blank.
  List<String> inputs(String column) {
    return column.isEmpty()
        ? inputs.values().stream().flatMap(List::stream).distinct().toList()
        : inputs.getOrDefault(column, List.of());
  }

  /// Each column's expression; none where a statement writes them.
  List<Assignment> assignments() {
    return switch (writes) {
      case Copying copying -> copying.set();
      case ByStatement _ -> List.of();
    };
  }

  /// The same, with another value for one column, or for all where none is named.
  Work with(Work work, String column, String value) {
    List<Assignment> set =
        assignments().stream()
            .map(each ->
                column.isEmpty() || each.column().equals(column)
                    ? new Assignment(each.column(), value)
                    : each)
            .toList();
    String filter = rows.filter().isBlank() ? "true" : "(" + rows.filter() + "\n)";
    // A row that holds it already is done; what is kept of it stays.
    String todo =
        rows.todo().isBlank() ? filter + " AND (" + differing(set, types) + ")" : writes.todo();
    Copying other = new Copying(writes.table(), set, todo);
    return work instanceof Kept kept ? kept.over(other) : other;
  }

  boolean quietly() {
    return !referential;
  }
}
