package dev.segue.postgres.columns;

import dev.segue.change.Place;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.columns.Table.Column;
import dev.segue.postgres.columns.Table.Constraint;
import dev.segue.postgres.columns.Table.Index;
import dev.segue.postgres.columns.Table.Part;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reads a [Table].
final class TableReader {

  private static final String FIND =
      """
      select c.oid::int8 as oid, n.nspname, c.relname, c.relkind::text as kind
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relname = ?
        and (n.nspname = ? or (?::text is null and pg_catalog.pg_table_is_visible(c.oid)))
      """;

  private static final String TABLES =
      """
      select n.nspname, c.relname from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      limit 10000
      """;

  /// Equal is the same for these: a citext, a numeric or a box may be equal and yet another value.
  private static final String COLUMNS =
      """
      select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type,
        format_type(a.atttypid, -1) as plain_type,
        case when a.attcollation <> t.typcollation
          then (select format('%I.%I', n.nspname, l.collname) from pg_collation l
                join pg_namespace n on n.oid = l.collnamespace where l.oid = a.attcollation)
          end as collation,
        (t.typtype = 'e' or a.atttypid = any ('{bool,int2,int4,int8,float4,float8,uuid,date,
            time,timestamp,timestamptz,bytea,oid,text,varchar,bpchar}'::regtype[]))
          and not exists (select from pg_collation l
                          where l.oid = a.attcollation and not l.collisdeterministic) as exact,
        a.attnotnull,
        (select k.conname::text from pg_constraint k where k.conrelid = a.attrelid
           and k.contype = 'n' and k.conkey[1] = a.attnum) as not_null_name,
        case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as fallback,
        a.attgenerated <> '' as generated,
        case a.attidentity when 'a' then 'ALWAYS' when 'd' then 'BY DEFAULT' end as identity,
        (select format('%I.%I', n.nspname, c.relname) from pg_class c
         join pg_namespace n on n.oid = c.relnamespace where c.oid = s.seqrelid) as sequence,
        format('START WITH %s INCREMENT BY %s%s%s CACHE %s%s', s.seqstart, s.seqincrement,
          case when s.seqmin <> 1 and s.seqincrement > 0 then ' MINVALUE ' || s.seqmin end,
          case when s.seqmax not in (32767, 2147483647, 9223372036854775807) and s.seqincrement > 0
            then ' MAXVALUE ' || s.seqmax end,
          s.seqcache, case when s.seqcycle then ' CYCLE' end) as sequence_options,
        col_description(a.attrelid, a.attnum) as comment,
        array_remove(array[
          case when coalesce(a.attstattarget, -1) >= 0
            then 'SET STATISTICS ' || a.attstattarget end,
          'SET (' || array_to_string(a.attoptions, ', ') || ')'], null) as settings,
        array_remove(array[
          case when a.attstorage <> t.typstorage then 'SET STORAGE '
            || case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL'
                 when 'm' then 'MAIN' else 'EXTENDED' end end,
          'SET COMPRESSION ' || case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end],
          null) as storage,
        array(select format('GRANT %s (%%s) ON %s TO %s%s', x.privilege_type,
                a.attrelid::regclass,
                case x.grantee when 0 then 'PUBLIC'
                  else quote_ident(pg_get_userbyid(x.grantee)) end,
                case when x.is_grantable then ' WITH GRANT OPTION' else '' end)
              from aclexplode(a.attacl) x
              where x.grantee = 0 or exists (select from pg_roles where oid = x.grantee)
              order by 1) as grants
      from pg_attribute a
      join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      left join pg_depend o on o.classid = 'pg_class'::regclass and o.deptype in ('a', 'i')
        and o.refclassid = 'pg_class'::regclass and o.refobjid = a.attrelid
        and o.refobjsubid = a.attnum and exists (select from pg_sequence where seqrelid = o.objid)
      left join pg_sequence s on s.seqrelid = o.objid
      where a.attrelid = ?::int8::oid and a.attnum > 0 and not a.attisdropped
      order by a.attnum
      """;

  /// A definition has the index's and the table's names before the method, and nowhere else. Before
  /// 15 a temporary schema goes by its own name there.
  private static final String INDEXES =
      """
      select c.relname::text as name, i.indisunique,
        substr(pg_get_indexdef(i.indexrelid), 1 + length(format('CREATE %sINDEX %I ON %s%s USING ',
          case when i.indisunique then 'UNIQUE ' end, c.relname,
          case when c.relkind = 'I' then 'ONLY ' end,
          (select format('%I.%I', case when r.relpersistence = 't'
               and current_setting('server_version_num')::int >= 150000
             then 'pg_temp' else n.nspname end, r.relname) from pg_class r join pg_namespace n on n.oid = r.relnamespace
           where r.oid = i.indrelid)))) as method,
        case k.contype when 'p' then 'PRIMARY KEY' when 'u' then 'UNIQUE'
          when 'x' then 'EXCLUDE' end as kind,
        case when k.condeferrable then ' DEFERRABLE' else '' end
          || case when k.condeferred then ' INITIALLY DEFERRED' else '' end as deferrable,
        i.indisclustered, i.indisreplident,
        obj_description(i.indexrelid, 'pg_class') as comment,
        obj_description(k.oid, 'pg_constraint') as constraint_comment,
        array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(n, o)
              join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n
              where k.o <= i.indnkeyatts order by k.o) as keys,
        array(select a.attname::text from pg_attribute a where a.attrelid = i.indrelid
              and a.attnum > 0 and (a.attnum = any (i.indkey::int2[]) or exists (
                select from pg_depend d where d.classid = 'pg_class'::regclass
                  and d.objid = i.indexrelid and d.refclassid = 'pg_class'::regclass
                  and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))
              order by a.attnum) as columns,
        -- A key that an expression names besides is depended on twice.
        array(select a.attname::text from pg_attribute a
              join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
                and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid
                and d.refobjsubid = a.attnum
              where a.attrelid = i.indrelid and (i.indexprs is not null or i.indpred is not null)
              group by a.attname, a.attnum
              having count(*) > (a.attnum = any (i.indkey::int2[]))::int
              order by a.attnum) as computed
      from pg_index i join pg_class c on c.oid = i.indexrelid
      left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid
        and k.contype in ('p', 'u', 'x')
      where i.indrelid = ?::int8::oid and c.relname !~ '__segue$'
      order by c.relname
      """;

  /// The schema is the table's as well as the index's.
  private static final String PARTS =
      """
      select root.relname::text as root, n.nspname::text as schema, t.relname::text as table_name,
        c.relname::text as name, up.relname::text as parent, c.relkind = 'I' as partitioned
      from pg_index i join pg_class root on root.oid = i.indexrelid and root.relkind = 'I'
      cross join lateral pg_partition_tree(i.indexrelid) p
      join pg_class c on c.oid = p.relid
      join pg_class up on up.oid = p.parentrelid
      join pg_index k on k.indexrelid = p.relid
      join pg_class t on t.oid = k.indrelid
      join pg_namespace n on n.oid = t.relnamespace
      where i.indrelid = ?::int8::oid and p.level > 0
      order by p.level, n.nspname, t.relname
      """;

  private static final String CONSTRAINTS =
      """
      select k.conname::text as name, k.contype::text as kind,
        regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') as definition,
        k.convalidated, obj_description(k.oid, 'pg_constraint') as comment,
        array(select a.attname::text from unnest(k.conkey) with ordinality c(n, o)
              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.n
              order by c.o) as columns,
        case when k.confrelid <> 0 then k.confrelid::regclass::text end as referenced
      from pg_constraint k
      where k.conrelid = ?::int8::oid and k.contype in ('c', 'f') and k.conname !~ '__segue$'
        and k.conparentid = 0
      order by k.conname
      """;

  private static final String KEY =
      """
      select a.attname::text as name from pg_index i
      cross join lateral unnest(i.indkey::int2[]) with ordinality c(n, o)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = c.n
      where i.indrelid = ?::int8::oid and i.indisprimary and c.o <= i.indnkeyatts
      order by c.o
      """;

  private record Found(long oid, String schema, String table, String kind) {}

  private TableReader() {}

  /// @param at where the change file names it
  /// @throws SegueException USER `table-missing`, `not-a-table`
  static Table read(Connection connection, String text, Place at) throws SQLException {
    TableName name = TableName.parse(text);
    Found found =
        Prompt.first(
                connection,
                FIND,
                row ->
                    new Found(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
                name.table(),
                name.schema(),
                name.schema())
            .orElse(null);
    if (found == null) {
      throw missing(connection, name, at);
    }
    if (!found.kind().equals("r") && !found.kind().equals("p")) {
      throw new SegueException(
          Kind.USER, "not-a-table", "%s: %s is not a table".formatted(at, name), null);
    }
    return Aside.pinned(connection, () -> read(connection, found));
  }

  private static Table read(Connection connection, Found found) throws SQLException {
    return new Table(
        connection.getMetaData().getDatabaseMajorVersion(),
        found.schema(),
        found.table(),
        found.oid(),
        found.kind().equals("p"),
        Prompt.list(connection, KEY, row -> row.getString(1), found.oid()),
        columns(connection, found.oid()),
        indexes(connection, found.oid()),
        constraints(connection, found.oid()));
  }

  static List<Index> indexes(Connection connection, long oid) throws SQLException {
    Map<String, List<Part>> parts = new HashMap<>();
    Prompt.list(connection, PARTS, row -> parts(row, parts), oid);
    return Prompt.list(connection, INDEXES, row -> index(row, parts), oid);
  }

  static List<Constraint> constraints(Connection connection, long oid) throws SQLException {
    return Prompt.list(connection, CONSTRAINTS, TableReader::constraint, oid);
  }

  /// Of any relation.
  ///
  /// @param connection with settings pinned
  static List<Column> columns(Connection connection, long oid) throws SQLException {
    return Prompt.list(connection, COLUMNS, TableReader::column, oid);
  }

  private static Column column(ResultSet row) throws SQLException {
    return new Column(
        row.getString("name"),
        row.getString("type"),
        row.getString("plain_type"),
        row.getString("collation"),
        row.getBoolean("exact"),
        row.getBoolean("attnotnull"),
        row.getString("not_null_name"),
        row.getString("fallback"),
        row.getBoolean("generated"),
        row.getString("identity"),
        row.getString("sequence"),
        row.getString("sequence_options"),
        row.getString("comment"),
        Sql.texts(row, "settings"),
        Sql.texts(row, "storage"),
        Sql.texts(row, "grants"));
  }

  private static boolean parts(ResultSet row, Map<String, List<Part>> parts) throws SQLException {
    return parts
        .computeIfAbsent(row.getString("root"), _ -> new ArrayList<>())
        .add(
            new Part(
                row.getString("schema"),
                row.getString("table_name"),
                row.getString("name"),
                row.getString("parent"),
                row.getBoolean("partitioned")));
  }

  private static Index index(ResultSet row, Map<String, List<Part>> parts) throws SQLException {
    return new Index(
        row.getString("name"),
        row.getBoolean("indisunique"),
        row.getString("method"),
        row.getString("kind"),
        row.getString("deferrable"),
        row.getBoolean("indisclustered"),
        row.getBoolean("indisreplident"),
        row.getString("comment"),
        row.getString("constraint_comment"),
        Sql.texts(row, "keys"),
        Sql.texts(row, "columns"),
        Sql.texts(row, "computed"),
        parts.getOrDefault(row.getString("name"), List.of()));
  }

  private static Constraint constraint(ResultSet row) throws SQLException {
    return new Constraint(
        row.getString("name"),
        row.getString("kind"),
        row.getString("definition"),
        row.getBoolean("convalidated"),
        row.getString("comment"),
        Sql.texts(row, "columns"),
        row.getString("referenced"));
  }

  private static SegueException missing(Connection connection, TableName name, Place at)
      throws SQLException {
    List<TableName> tables =
        Prompt.list(connection, TABLES, row -> new TableName(row.getString(1), row.getString(2)));
    List<String> elsewhere =
        tables.stream().filter(t -> t.table().equals(name.table())).map(Object::toString).toList();
    Stream<String> names =
        tables.stream().map(t -> name.schema() == null ? t.table() : t.toString());
    return new SegueException(
        Kind.USER,
        "table-missing",
        "%s: there is no table %s%s"
            .formatted(
                at,
                name,
                Nearest.hint(
                    elsewhere.isEmpty() ? Nearest.to(name.toString(), names.toList()) : elsewhere)),
        null);
  }
}
