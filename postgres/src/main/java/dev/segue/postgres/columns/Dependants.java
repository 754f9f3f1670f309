package dev.segue.postgres.columns;

import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What hangs on a table's columns and cannot be carried over to others: the catalogue knows.
final class Dependants {

  private static final String GIVEN =
      """
      with t as (select * from pg_catalog.pg_class where oid = ?::int8::oid),
      leaving as (
        select a.attnum, a.attname from t join pg_catalog.pg_attribute a on a.attrelid = t.oid
        where a.attnum > 0 and a.attname = any (?::text[]))
      """;

  /// Everything but what goes with the column or is made anew for its successor.
  private static final String ON_COLUMNS =
      GIVEN
          + """
          select distinct case
              when w.oid is not null and w.ev_class <> t.oid
                then case v.relkind when 'm' then 'materialized view ' else 'view ' end
                  || w.ev_class::regclass::text
              else pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) end as dependant
          from t cross join leaving l
          join pg_catalog.pg_depend d on d.refclassid = 'pg_class'::regclass
            and d.refobjid = t.oid and d.refobjsubid = l.attnum
          left join pg_catalog.pg_rewrite w
            on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
          left join pg_catalog.pg_class v on v.oid = w.ev_class
          left join pg_catalog.pg_constraint k
            on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
          left join pg_catalog.pg_attrdef f
            on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
          left join pg_catalog.pg_class c
            on d.classid = 'pg_class'::regclass and c.oid = d.objid
          where not coalesce(f.adrelid = t.oid and f.adnum = l.attnum, false)
            and not coalesce(c.relkind in ('i', 'I', 'S'), false)
            and not coalesce(k.conrelid = t.oid and k.contype in ('c', 'p', 'u', 'n'), false)
            and not coalesce(k.conrelid = t.oid and k.contype = 'f'
              and (k.confrelid <> t.oid or l.attnum <> all (k.confkey)), false)
          order by 1
          """;

  private static final String PARTITION_KEY =
      GIVEN
          + """
          select l.attname::text from t cross join leaving l
          join pg_catalog.pg_partitioned_table p on p.partrelid = t.oid
          where l.attnum = any (p.partattrs::int2[])
          """;

  private static final String RELATIVES =
      """
      with t as (select * from pg_catalog.pg_class where oid = ?::int8::oid)
      select case when t.relispartition then 'it is a partition of ' else 'it inherits from ' end
        || i.inhparent::regclass from t join pg_catalog.pg_inherits i on i.inhrelid = t.oid
      union all
      select i.inhrelid::regclass || ' inherits from it'
      from t join pg_catalog.pg_inherits i on i.inhparent = t.oid where t.relkind = 'r'
      """;

  /// Of a partition alone: its parent does not know of them.
  private static final String OF_PARTITIONS =
      """
      with leaving as (select unnest(?::text[]) as attname)
      select c.oid::regclass::text from pg_catalog.pg_partition_tree(?::int8::oid::regclass) p
      join pg_catalog.pg_index i on i.indrelid = p.relid
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      where p.level > 0 and not c.relispartition and c.relname !~ '__segue$' and exists (
        select from pg_catalog.pg_attribute a join leaving l on l.attname = a.attname
        where a.attrelid = p.relid and (a.attnum = any (i.indkey::int2[]) or exists (
          select from pg_catalog.pg_depend d where d.classid = 'pg_class'::regclass
            and d.objid = i.indexrelid and d.refobjid = p.relid and d.refobjsubid = a.attnum)))
      """;

  private Dependants() {}

  /// In the server's words: `view sales`, `policy own on table public.sale`.
  static List<String> of(Connection connection, Table table, List<String> leaving)
      throws SQLException {
    return list(connection, ON_COLUMNS, table.oid(), leaving.toArray(String[]::new));
  }

  /// Columns among them that say where a row belongs.
  static List<String> partitionKey(Connection connection, Table table, List<String> leaving)
      throws SQLException {
    return list(connection, PARTITION_KEY, table.oid(), leaving.toArray(String[]::new));
  }

  /// Other tables whose columns are this one's.
  static List<String> relatives(Connection connection, Table table) throws SQLException {
    return list(connection, RELATIVES, table.oid());
  }

  static List<String> ofPartitions(Connection connection, Table table, List<String> leaving)
      throws SQLException {
    return list(connection, OF_PARTITIONS, leaving.toArray(String[]::new), table.oid());
  }

  private static List<String> list(Connection connection, String query, Object... arguments)
      throws SQLException {
    return Prompt.list(connection, query, row -> row.getString(1), arguments);
  }
}
