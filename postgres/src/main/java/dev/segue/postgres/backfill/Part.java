package dev.segue.postgres.backfill;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A table that holds rows itself: the table in question, or one of its partitions or heirs.
///
/// @param table as SQL names it, with its schema
/// @param way along its key, where it has one
/// @param blocks the way without
/// @param rows by the statistics
record Part(long oid, String table, Way way, Way.Blocks blocks, long rows) {

  private static final String PARTS =
      """
      with recursive tree (oid) as (
        select pg_catalog.to_regclass(?)::oid
        union
        select i.inhrelid from pg_catalog.pg_inherits i join tree t on i.inhparent = t.oid)
      select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind = 'f' as is_foreign,
        c.reltuples, c.relpages,
        case when c.relkind = 'r' then
          pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::int end as blocks
      from tree t
      join pg_catalog.pg_class c on c.oid = t.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'f')
      order by c.oid
      """;

  /// Usable as they are: the column's own order, ascending, every row in it, no NULL. Since 18 a
  /// column may be NOT NULL and still hold some, as long as that is not validated.
  private static final String KEYS =
      """
      select array_agg(format('%I', a.attname) order by k.n) as columns,
        array_agg(format('%I.%I', tn.nspname, t.typname) order by k.n) as types,
        min(format('%I', opn.nspname)) as operators
      from pg_catalog.pg_index i
      join pg_catalog.pg_class x on x.oid = i.indexrelid
      join pg_catalog.pg_am am on am.oid = x.relam and am.amname = 'btree'
      cross join lateral unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[],
        i.indoption::int2[]) with ordinality as k (attnum, opclass, collation_, option_, n)
      left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      left join pg_catalog.pg_type t on t.oid = a.atttypid
      left join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
      left join pg_catalog.pg_opclass oc on oc.oid = k.opclass
      left join pg_catalog.pg_amop ao on ao.amopfamily = oc.opcfamily and ao.amopstrategy = 5
        and ao.amoplefttype = oc.opcintype and ao.amoprighttype = oc.opcintype
      left join pg_catalog.pg_operator op on op.oid = ao.amopopr and op.oprname = '>'
      left join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace
      where i.indrelid = ? and i.indisunique and i.indisvalid and i.indisready and i.indislive
        and i.indpred is null and i.indexprs is null and k.n <= i.indnkeyatts
      group by i.indexrelid, i.indisprimary, i.indnkeyatts
      having bool_and(coalesce(a.attnotnull and oc.opcdefault and k.collation_ = a.attcollation
          and k.option_ = 0 and op.oid is not null, false))
        and count(distinct opn.oid) = 1
        and not exists (
          select from pg_catalog.pg_constraint c
          where c.conrelid = min(i.indrelid::bigint)::oid and c.contype = 'n' and not c.convalidated
            and c.conkey[1] = any(array_agg(a.attnum)))
      order by i.indisprimary desc, i.indnkeyatts, i.indexrelid
      limit 1
      """;

  /// What a block holds where nothing is known.
  private static final double USUAL_ROWS_PER_BLOCK = 50;

  /// All that a table consists of, in the order in which they are walked through.
  static List<Part> of(Connection connection, String table) throws SQLException {
    List<Part> parts = new ArrayList<>();
    for (Found found : Prompt.list(connection, PARTS, Part::found, table)) {
      Way.Blocks blocks = new Way.Blocks(found.blocks(), found.rowsPerBlock());
      Way way = key(connection, found.oid()).map(keyset -> (Way) keyset).orElse(blocks);
      parts.add(new Part(found.oid(), found.table(), way, blocks, found.rows()));
    }
    return List.copyOf(parts);
  }

  private record Found(long oid, String table, long rows, long blocks, double rowsPerBlock) {}

  private static Found found(java.sql.ResultSet row) throws SQLException {
    String name = row.getString("name");
    if (row.getBoolean("is_foreign")) {
      throw new SegueException(
          Kind.REFUSED,
          "foreign-partition",
          name + " is a foreign table: its rows cannot be copied in batches from here.",
          "Detach it for the time of the change, or make the change on its own server first.");
    }
    double tuples = row.getDouble("reltuples");
    double pages = row.getDouble("relpages");
    long blocks = row.getLong("blocks");
    double density = tuples > 0 && pages > 0 ? tuples / pages : USUAL_ROWS_PER_BLOCK;
    return new Found(row.getLong("oid"), name, Math.round(blocks * density), blocks, density);
  }

  static Optional<Way.Keyset> key(Connection connection, long oid) throws SQLException {
    return Prompt.first(
        connection,
        KEYS,
        row ->
            new Way.Keyset(
                Sql.texts(row, "columns"), Sql.texts(row, "types"), row.getString("operators")),
        oid);
  }

  /// The same part, where few rows are looked for: its index is full of entries for what has just
  /// been rewritten, and walking over them costs more than reading the blocks.
  Part unsorted() {
    return new Part(oid, table, blocks, blocks, rows);
  }

  /// Rows of all of them.
  static long rows(List<Part> parts) {
    return parts.stream().mapToLong(Part::rows).sum();
  }
}
