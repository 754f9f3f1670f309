package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What hangs on an object and does not go with it: PostgreSQL refuses to drop the one without the
/// other.
final class Dependants {

  /// What goes along is followed; a view hangs on a table by its rule.
  private static final String FOUND =
      """
      with recursive given (classid, objid, objsubid) as (
        select ?::regclass::oid, ?::int8::oid, ?::int),
      tree as (
        select objid as relid from given where classid = 'pg_class'::regclass
        union
        select h.inhrelid from pg_catalog.pg_inherits h join tree t on h.inhparent = t.relid),
      seed as (
        select * from given
        union
        select 'pg_class'::regclass::oid, a.attrelid, a.attnum::int
        from given g
        join pg_catalog.pg_attribute own on own.attrelid = g.objid and own.attnum = g.objsubid
        join pg_catalog.pg_attribute a on a.attname = own.attname
          and a.attrelid in (select relid from tree)
        where g.classid = 'pg_class'::regclass and g.objsubid > 0),
      going as (
        select * from seed
        union
        select d.classid, d.objid, d.objsubid from pg_catalog.pg_depend d
        join going g on d.refclassid = g.classid and d.refobjid = g.objid
          and (g.objsubid = 0 or d.refobjsubid = g.objsubid)
        where d.deptype in ('a', 'i', 'P', 'S')),
      hanging as (
        select distinct d.classid, d.objid, d.objsubid from pg_catalog.pg_depend d
        join going g on d.refclassid = g.classid and d.refobjid = g.objid
          and (g.objsubid = 0 or d.refobjsubid = g.objsubid)
        where d.deptype = 'n' and not exists (
          select from going o where o.classid = d.classid and o.objid = d.objid
            and o.objsubid in (0, d.objsubid)))
      select distinct case when r.oid is null
          then pg_catalog.pg_describe_object(h.classid, h.objid, h.objsubid)
          else pg_catalog.pg_describe_object('pg_class'::regclass, r.ev_class, 0) end as what
      from hanging h
      left join pg_catalog.pg_rewrite r on h.classid = 'pg_rewrite'::regclass and r.oid = h.objid
      order by what
      """;

  private static final String ALONG =
      """
      select distinct pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) as what
      from pg_catalog.pg_depend d
      where d.refclassid = 'pg_class'::regclass and d.refobjid = ?::int8::oid and d.refobjsubid = ?
        and d.deptype = 'a' and d.classid <> 'pg_attrdef'::regclass
      order by what
      """;

  private Dependants() {}

  /// @param catalogue `pg_class`, `pg_constraint`, `pg_proc`
  /// @param part a column's number; 0: the whole
  static List<String> of(Connection connection, String catalogue, long oid, int part)
      throws SQLException {
    return Prompt.list(
        connection, FOUND, row -> row.getString(1), "pg_catalog." + catalogue, oid, part);
  }

  /// What goes with a column without a word: indexes, constraints, sequences.
  static List<String> along(Connection connection, long table, int column) throws SQLException {
    return Prompt.list(connection, ALONG, row -> row.getString(1), table, column);
  }

  static void refuse(Inquiry inquiry, Place at, String what, List<String> dependants) {
    if (!dependants.isEmpty()) {
      inquiry.refuse(
          at,
          "%s cannot go: %s".formatted(what, String.join(", ", dependants))
              + (dependants.size() == 1 ? " hangs on it" : " hang on it"),
          "Drop or change what hangs on it first.");
    }
  }
}
