package dev.segue.postgres.backup;

import dev.segue.postgres.definition.PinnedSession;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What is to be backed up, as the catalogue has it.
///
/// @param tables those that hold rows themselves: partitions, not the table they are parts of
/// @param sequences names
record Contents(SchemaDefinition definition, List<Table> tables, List<String> sequences) {

  /// @param name with its schema, as SQL writes it
  /// @param columns those that are stored, as SQL writes them
  /// @param binary whether its rows mean the same in another database: an array of an enum, say,
  ///   names the enum by a number of this one
  record Table(String name, List<String> columns, boolean binary, long bytes) {

    /// What it holds, whatever the order: a count and a sum of the rows' hashes.
    Tally tally(Connection connection) throws SQLException {
      return Sql.one(
          connection,
          """
          select count(*), coalesce(sum(hashtextextended(row("segue row".*)::text, 0)::numeric), 0)
          from only %s "segue row"
          """
              .formatted(name),
          row -> new Tally(row.getLong(1), row.getString(2)));
    }
  }

  record Tally(long rows, String checksum) {}

  /// @param called whether `value` has been given out
  record Sequence(String name, long value, boolean called) {

    static Sequence read(Connection connection, String name) throws SQLException {
      return Sql.one(
          connection,
          "select last_value, is_called from " + name,
          row -> new Sequence(name, row.getLong(1), row.getBoolean(2)));
    }
  }

  private static final String OURS =
      """
      n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'segue')
      and c.reloftype = 0
      and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass
                        and e.objid = c.oid and e.deptype = 'e')
      """;

  /// The tables asked for with their partitions.
  private static final String TREE =
      """
      with given as (select oid::oid from unnest(?::int8[]) oid),
      tree as (select oid from given
               union select p.relid from given g, pg_partition_tree(g.oid) p)
      """;

  private static final String TABLES =
      TREE
          + """
          select c.oid::regclass::text as name, pg_table_size(c.oid) as bytes,
            array(select quote_ident(a.attname) from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                    and a.attgenerated = '' order by a.attnum) as columns,
            (select coalesce(bool_and(t.typsend::oid <> 0 and (t.typtype = 'e'
                 or t.typtype = 'b' and t.oid < 16384 and t.typname !~ '^_?reg')), true)
             from pg_attribute a join pg_type t on t.oid = a.atttypid
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as is_binary
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind = 'r' and (? or c.oid in (select oid from tree)) and
          """
          + OURS
          + "order by c.oid::regclass::text collate \"C\"";

  /// Owned by a column of the tables, or drawn from by a default.
  private static final String SEQUENCES =
      TREE
          + """
          select c.oid::regclass::text as name
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind = 'S' and (? or exists (
              select from pg_depend d left join pg_attrdef a
                on d.classid = 'pg_attrdef'::regclass and a.oid = d.objid
              where d.classid = 'pg_class'::regclass and d.objid = c.oid
                  and d.refclassid = 'pg_class'::regclass
                  and d.refobjid in (select oid from tree)
                or d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
                  and a.adrelid in (select oid from tree))) and
          """
          + OURS
          + "order by c.oid::regclass::text collate \"C\"";

  /// @param connection of [Job#openSnapshot]; its settings are pinned from here on
  static Contents read(Connection connection, List<String> tables) throws SQLException {
    List<Long> touched = oids(connection, tables);
    PinnedSession.pin(connection);
    SchemaDefinition definition =
        tables.isEmpty()
            ? SchemaDefinition.ofDatabase(connection)
            : SchemaDefinition.ofTables(connection, touched);
    return new Contents(definition, tables(connection, touched), sequences(connection, touched));
  }

  /// A table may stand behind a facade from an earlier run.
  private static List<Long> oids(Connection connection, List<String> tables) throws SQLException {
    List<Long> oids = new ArrayList<>();
    for (String table : tables) {
      TableFacts facts = TableFacts.read(connection, table);
      oids.addAll(
          Sql.list(
              connection,
              """
              select c.oid::int8 from pg_catalog.pg_class c
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ? and c.relname in (?, ?) and c.relkind in ('r', 'p')
              """,
              row -> row.getLong(1),
              facts.schema(),
              facts.table(),
              facts.aside()));
    }
    return oids;
  }

  private static List<Table> tables(Connection connection, List<Long> touched) throws SQLException {
    java.sql.Array oids = connection.createArrayOf("int8", touched.toArray());
    return Sql.list(
        connection,
        TABLES,
        row ->
            new Table(
                row.getString("name"),
                Sql.texts(row, "columns"),
                row.getBoolean("is_binary"),
                row.getLong("bytes")),
        oids,
        touched.isEmpty());
  }

  private static List<String> sequences(Connection connection, List<Long> touched)
      throws SQLException {
    java.sql.Array oids = connection.createArrayOf("int8", touched.toArray());
    return Sql.list(connection, SEQUENCES, row -> row.getString(1), oids, touched.isEmpty());
  }
}
