package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A relation, found by its name once: what is sent names it with its schema.
///
/// @param oid 0: it is not there yet, an earlier step makes it
/// @param kind as pg_class has it
/// @param ours whether we have its owner's rights
/// @param bytes of its rows, partitions included
/// @param rows as the planner estimates them
record Relation(
    long oid,
    String schema,
    String name,
    String kind,
    String owner,
    boolean ours,
    long bytes,
    long rows) {

  private static final String FOUND =
      """
      select c.oid::int8 as oid, n.nspname, c.relname, c.relkind::text,
        pg_catalog.pg_get_userbyid(c.relowner) as owner,
        pg_catalog.pg_has_role(c.relowner, 'usage') as ours,
        leaves.bytes, leaves.rows
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
      lateral (
        select coalesce(sum(pg_catalog.pg_table_size(l.oid)), 0)::int8 as bytes,
          coalesce(sum(greatest(l.reltuples, 0)), 0)::int8 as rows
        from pg_catalog.pg_class l
        where l.relkind in ('r', 'm') and (l.oid = c.oid
          or l.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))) leaves
      """;

  private static final String NAMED =
      FOUND
          + """
          where c.relname = ?
            and (n.nspname = ? or (?::text is null and pg_catalog.pg_table_is_visible(c.oid)))
          """;

  private static final String TABLES =
      """
      select n.nspname || '.' || c.relname from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind = any (?::text[])
      limit 10000
      """;

  /// @param written as the change file has it
  static Optional<Relation> find(Connection connection, String written) throws SQLException {
    TableName name = TableName.parse(written);
    Optional<Relation> found = named(connection, name);
    if (found.isEmpty() || !found.get().kind().equals("v")) {
      return found;
    }
    // A facade of the same change stands in its place.
    Relation view = found.get();
    return named(connection, new TableName(view.schema(), Identifiers.aside(view.name())))
        .filter(Relation::isTable)
        .or(() -> found);
  }

  private static Optional<Relation> named(Connection connection, TableName name)
      throws SQLException {
    return Prompt.first(
        connection, NAMED, Relation::read, name.table(), name.schema(), name.schema());
  }

  /// The table, or what it will be when an earlier step of the change has made it.
  static Relation table(Connection connection, String written) throws SQLException {
    Optional<Relation> found = find(connection, written);
    return found.isPresent() ? found.get() : coming(connection, written, "r");
  }

  /// One that is not there yet.
  static Relation coming(Connection connection, String written, String kind) throws SQLException {
    TableName name = TableName.parse(written);
    String schema = name.schema();
    if (schema == null) {
      schema =
          Prompt.first(connection, "select pg_catalog.current_schema()", row -> row.getString(1))
              .orElse("public");
    }
    return new Relation(0, String.valueOf(schema), name.table(), kind, "", true, 0, 0);
  }

  /// @throws SegueException USER `table-missing`, with names that are like it
  static Relation required(Connection connection, String written, Place at) throws SQLException {
    Optional<Relation> found = find(connection, written);
    if (found.isEmpty()) {
      throw missing(connection, "relation", written, at);
    }
    return found.get();
  }

  static SegueException missing(Connection connection, String what, String written, Place at)
      throws SQLException {
    TableName name = TableName.parse(written);
    String[] kinds = what.equals("index") ? new String[] {"i", "I"} : new String[] {"r", "p", "v"};
    List<String> names = Prompt.list(connection, TABLES, row -> row.getString(1), (Object) kinds);
    String schema = name.schema() == null ? "" : name.schema() + ".";
    List<String> nearest =
        names.stream().filter(other -> other.endsWith("." + name.table())).toList();
    if (nearest.isEmpty()) {
      List<String> there =
          names.stream()
              .filter(other -> other.startsWith(schema))
              .map(other -> other.substring(other.indexOf('.') + 1))
              .toList();
      nearest = Nearest.to(name.table(), there).stream().map(schema::concat).toList();
    }
    return new SegueException(
        Kind.USER,
        "table-missing",
        at + ": there is no " + what + " " + written + Nearest.hint(nearest),
        "Correct the name in the change file; write schema.name where it is not found.");
  }

  /// Its partitions of every level, parents first, without itself.
  List<Partition> partitions(Connection connection) throws SQLException {
    return Prompt.list(
        connection,
        """
        select c.oid::int8 as oid, n.nspname, c.relname, t.isleaf, t.parentrelid::int8 as parent
        from pg_catalog.pg_partition_tree(?::int8::oid) t
        join pg_catalog.pg_class c on c.oid = t.relid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where t.level > 0 order by t.level, c.oid
        """,
        row ->
            new Partition(
                row.getLong("oid"),
                row.getString("nspname"),
                row.getString("relname"),
                row.getBoolean("isleaf"),
                row.getLong("parent")),
        oid);
  }

  /// @param parent its oid
  record Partition(long oid, String schema, String name, boolean leaf, long parent) {
    String quoted() {
      return Identifiers.quoted(schema, name);
    }
  }

  private static Relation read(ResultSet row) throws SQLException {
    return new Relation(
        row.getLong("oid"),
        row.getString("nspname"),
        row.getString("relname"),
        row.getString("relkind"),
        row.getString("owner"),
        row.getBoolean("ours"),
        row.getLong("bytes"),
        row.getLong("rows"));
  }

  boolean isTable() {
    return kind.equals("r") || kind.equals("p");
  }

  boolean partitioned() {
    return kind.equals("p");
  }

  /// As SQL names it.
  String quoted() {
    return Identifiers.quoted(schema, name);
  }

  /// Another name in the same schema, as SQL names it.
  String beside(String other) {
    return Identifiers.quoted(schema, other);
  }
}
