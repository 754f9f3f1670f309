package dev.segue.postgres.facade;

import static dev.segue.conductor.Finding.Level.PASSED;
import static dev.segue.conductor.Finding.Level.REFUSED;
import static dev.segue.conductor.Finding.Level.WARNING;

import dev.segue.change.Place;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Finding.Level;
import dev.segue.postgres.oldnames.Called;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What a facade cannot carry, and what one should know beside it: a query over the catalogue for
/// offenders. It may use the table (`t`), the table with its partitions (`tree`), its row type with
/// the array of it (`row_types`), and patterns for its name and the old column names (`words`).
///
/// @param says after the table's name; `%s` are the offenders
/// @param remedy empty: none
record FacadeRule(Level level, String query, String says, String remedy) {

  private static final int SHOWN = 10;

  private static final String GIVEN =
      """
      with t as (select * from pg_catalog.pg_class where oid = ?::int8::oid),
      words as (select ?::text as table_name, ?::text as old_names),
      tree as (
        select oid from t
        union select p.relid from t, pg_catalog.pg_partition_tree(t.oid) p),
      row_types as (
        select reltype as oid from t
        union select y.typarray from t join pg_catalog.pg_type y on y.oid = t.reltype)
      """;

  private static final List<FacadeRule> RULES =
      List.of(
          new FacadeRule(
              REFUSED,
              """
              select distinct p.pubname from pg_catalog.pg_publication_tables p
              join pg_catalog.pg_namespace n on n.nspname = p.schemaname
              join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
              where c.oid in (select oid from tree)
              """,
              "is published by %s: subscribers know it by the name it would leave",
              "Take it out of the publication, or end the subscription, for the time of the change."),
          new FacadeRule(
              REFUSED,
              """
              select 'row-level security' from t
              where relrowsecurity and current_setting('server_version_num')::int < 150000
              """,
              "has %s, which a view passes by before PostgreSQL 15",
              "Upgrade the server first."),
          new FacadeRule(
              REFUSED,
              """
              select r.rulename from pg_catalog.pg_rewrite r join t on r.ev_class = t.oid
              """,
              "has the rules %s, which would see the statements in another form",
              "Replace the rules by triggers."),
          new FacadeRule(
              REFUSED,
              """
              select i.inhparent::regclass::text from pg_catalog.pg_inherits i
              join t on i.inhrelid = t.oid
              """,
              "is a part of %s, and its columns are named there",
              "Rename the column of the parent."),
          new FacadeRule(
              REFUSED,
              """
              select i.inhrelid::regclass::text from pg_catalog.pg_inherits i
              join t on i.inhparent = t.oid where t.relkind = 'r'
              """,
              "has the child tables %s by inheritance",
              ""),
          new FacadeRule(
              REFUSED,
              "select y.typname from pg_catalog.pg_type y join t on y.oid = t.reloftype",
              "is made of the type %s, and its columns are named there",
              ""),
          new FacadeRule(
              REFUSED,
              """
              select e.extname from pg_catalog.pg_depend d
              join pg_catalog.pg_extension e on e.oid = d.refobjid
              join t on d.objid = t.oid and d.classid = 'pg_class'::regclass
              where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
              """,
              "belongs to the extension %s",
              ""),
          new FacadeRule(
              REFUSED,
              """
              select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
              from pg_catalog.pg_depend d join row_types y on d.refobjid = y.oid
              where d.refclassid = 'pg_type'::regclass and d.deptype in ('n', 'a')
              """,
              "lends its row type to %s, and the facade's rows are of another type",
              "Drop these for the time of the change, or give them a type of their own."),
          new FacadeRule(
              REFUSED,
              """
              select g.tgname || ' (function ' || p.proname || ')'
              from pg_catalog.pg_trigger g join t on g.tgrelid = t.oid
              join pg_catalog.pg_proc p on p.oid = g.tgfoid, words
              where not g.tgisinternal and p.prosrc ~* words.old_names
              """,
              "has triggers whose functions say an old name and would fail after the contract: %s",
              "Make them independent of the name, by to_jsonb(NEW) for example."),
          new FacadeRule(
              WARNING,
              """
              select g.tgname || ' (function ' || p.proname || ')'
              from pg_catalog.pg_trigger g join t on g.tgrelid = t.oid
              join pg_catalog.pg_proc p on p.oid = g.tgfoid
              where not g.tgisinternal and p.prosrc ~* '\\mTG_(TABLE_NAME|RELNAME|RELID)\\M'
              """,
              "has triggers that ask for the table's name and are told its name aside until the contract: %s",
              "Check what they do with it."),
          new FacadeRule(
              WARNING,
              """
              select p.oid::regprocedure::text from pg_catalog.pg_proc p
              join pg_catalog.pg_namespace n on n.oid = p.pronamespace, words
              where n.nspname not in ('pg_catalog', 'information_schema')
                and p.prosrc ~* words.old_names and p.prosrc ~* words.table_name
                and p.prorettype <> 'trigger'::regtype
              """,
              "is named with an old column name in functions, which fail after the contract: %s",
              "Replace them by versions with the new names before the contract."),
          new FacadeRule(
              PASSED,
              """
              select distinct w.ev_class::regclass::text from pg_catalog.pg_depend d
              join pg_catalog.pg_rewrite w on w.oid = d.objid
              join t on d.refobjid = t.oid and w.ev_class <> t.oid
              where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
              """,
              "is read by %s, which follow by themselves and keep their own column names",
              ""));

  /// Findings of the rules that have offenders here.
  static List<Finding> broken(
      Connection connection, long table, TableFacts facts, TableRename rename, Place at)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (FacadeRule rule : RULES) {
      List<String> offenders =
          Prompt.list(
              connection,
              GIVEN + rule.query(),
              row -> row.getString(1),
              table,
              Called.word(List.of(facts.table())),
              Called.word(rename.oldNames()));
      if (!offenders.isEmpty()) {
        findings.add(rule.finding(facts, offenders, at));
      }
    }
    return findings;
  }

  private Finding finding(TableFacts facts, List<String> offenders, Place at) {
    String message = facts.name() + " " + says.formatted(some(offenders));
    return new Finding(
        level,
        FacadeGate.NAME,
        level == PASSED ? message : at + ": " + message,
        remedy.isEmpty() ? null : remedy,
        false);
  }

  private static String some(List<String> offenders) {
    int more = offenders.size() - SHOWN;
    return String.join(", ", offenders.subList(0, Math.min(SHOWN, offenders.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
