package dev.segue.postgres.definition;

import static dev.segue.postgres.definition.Kind.after;

import java.util.List;

/// What is better made, or can only be made, when the rows are there.
final class Finish {

  private static final Kind INDEXES =
      after(
          """
          select 'pg_class/' || c.oid as key, 'pg_class/' || i.indrelid as owner,
            array['pg_class/' || i.indrelid] as needs, 'index ' || c.name as what,
            pg_get_indexdef(c.oid) as sql
          from relation c join pg_index i on i.indexrelid = c.oid
          where (i.indisvalid or c.relkind = 'I')
            and not exists (select from pg_constraint k
                            where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
          """);

  private static final Kind KEYS =
      after(
          """
          select 'pg_constraint/' || k.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('constraint %I of %s', k.conname, c.name) as what,
            format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', c.name, k.conname,
              pg_get_constraintdef(k.oid)) as sql
          from relation c join pg_constraint k on k.conrelid = c.oid
          where k.contype in ('p', 'u', 'x')
          """);

  private static final Kind INDEX_PARTITIONS =
      after(
          """
          select 'attach/' || c.oid as key, 'pg_class/' || i.inhparent as owner,
            array['pg_class/' || c.oid, 'pg_class/' || i.inhparent] as needs,
            'partition ' || c.name as what,
            format('ALTER INDEX %s ATTACH PARTITION %s', i.inhparent::regclass, c.name) as sql
          from relation c join pg_inherits i on i.inhrelid = c.oid
          where c.relkind in ('i', 'I')
          """);

  private static final Kind FOREIGN_KEYS =
      after(
              """
              select 'pg_constraint/' || k.oid as key, 'pg_class/' || c.oid as owner,
                array['pg_class/' || c.oid, 'pg_class/' || k.confrelid] as needs,
                format('foreign key %I of %s', k.conname, c.name) as what,
                format('ALTER TABLE %s%s ADD CONSTRAINT %I %s',
                  case when c.relkind <> 'p' then 'ONLY ' end, c.name, k.conname,
                  pg_get_constraintdef(k.oid)) as sql
              from relation c join pg_constraint k on k.conrelid = c.oid
              where k.contype = 'f' and k.conparentid = 0
              """)
          .asCrossing();

  private static final Kind RULES =
      after(
          """
          select 'pg_rewrite/' || r.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('rule %I of %s', r.rulename, c.name) as what, pg_get_ruledef(r.oid) as sql
          from relation c join pg_rewrite r on r.ev_class = c.oid
          where r.rulename <> '_RETURN'
          """);

  private static final Kind TRIGGERS =
      after(
          """
          select 'pg_trigger/' || g.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('trigger %I of %s', g.tgname, c.name) as what, pg_get_triggerdef(g.oid) as sql
          from relation c join pg_trigger g on g.tgrelid = c.oid
          where not g.tgisinternal and g.tgparentid = 0
          """);

  private static final Kind TRIGGER_STATES =
      after(
          """
          select 'enabled/' || g.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid]
              || array(select 'pg_trigger/' || g.oid where g.tgparentid = 0) as needs,
            format('state of trigger %I of %s', g.tgname, c.name) as what,
            format('ALTER TABLE %s %s TRIGGER %I', c.name,
              case g.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA'
                else 'ENABLE ALWAYS' end, g.tgname) as sql
          from relation c join pg_trigger g on g.tgrelid = c.oid
          where not g.tgisinternal and g.tgparentid = 0 and g.tgenabled <> 'O'
          """);

  private static final Kind STATISTICS =
      after(
          """
          select 'pg_statistic_ext/' || s.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('statistics %I of %s', s.stxname, c.name) as what,
            pg_get_statisticsobjdef(s.oid) as sql
          from relation c join pg_statistic_ext s on s.stxrelid = c.oid
          """);

  private static final Kind TABLE_SETTINGS =
      after(
          """
          select format('setting/%s/%s', c.oid, s.setting) as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] || array(
              select 'pg_class/' || i.indexrelid from pg_index i
              where i.indrelid = c.oid and (i.indisreplident or i.indisclustered)) as needs,
            format('%s of %s', s.setting, c.name) as what,
            format('ALTER TABLE ONLY %s %s', c.name, s.text) as sql
          from relation c
          cross join lateral (values
            ('replica identity', case c.relreplident when 'f' then 'REPLICA IDENTITY FULL'
              when 'n' then 'REPLICA IDENTITY NOTHING'
              when 'i' then (select 'REPLICA IDENTITY USING INDEX ' || quote_ident(x.relname)
                             from pg_index i join pg_class x on x.oid = i.indexrelid
                             where i.indrelid = c.oid and i.indisreplident) end),
            ('order', (select 'CLUSTER ON ' || quote_ident(x.relname)
                       from pg_index i join pg_class x on x.oid = i.indexrelid
                       where i.indrelid = c.oid and i.indisclustered))) s(setting, text)
          where c.relkind in ('r', 'p') and s.text is not null
          """);

  private static final Kind CONTENTS =
      after(
          """
          select 'refresh/' || c.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs, 'contents of ' || c.name as what,
            'REFRESH MATERIALIZED VIEW ' || c.name as sql
          from relation c where c.relkind = 'm' and c.relispopulated
          """);

  private static final Kind COMMENTS =
      after(
          """
          select format('comment/%s/%s/%s', d.classoid, d.objoid, d.objsubid) as key,
            o.key as owner, array[o.key] as needs,
            format('comment on %s %s', i.type, i.identity) as what,
            format('COMMENT ON %s %s IS %L', i.kind, i.identity, d.description) as sql
          from pg_description d
          cross join lateral (select format('%s/%s', d.classoid::regclass, d.objoid) as key) o
          cross join lateral (
            select type, identity, coalesce(schema, name) as schema, case
              when type in ('table', 'view', 'materialized view', 'index', 'sequence', 'type',
                'function', 'procedure', 'schema', 'trigger', 'policy', 'rule') then upper(type)
              when type = 'statistics object' then 'STATISTICS'
              when type = 'table constraint' then 'CONSTRAINT'
              when type like '% column' then 'COLUMN' end as kind
            from pg_identify_object(d.classoid, d.objoid, d.objsubid)) i
          where d.objoid >= 16384 and i.kind is not null
            and i.schema is distinct from 'segue'
            and not exists (select from member m
                            where m.classid = d.classoid and m.objid = d.objoid)
          """);

  /// In the order in which they come where nothing else is asked for.
  static final List<Kind> KINDS =
      List.of(
          INDEXES,
          KEYS,
          INDEX_PARTITIONS,
          Structure.OTHER_CHECKS,
          FOREIGN_KEYS,
          RULES,
          TRIGGERS,
          TRIGGER_STATES,
          STATISTICS,
          TABLE_SETTINGS,
          CONTENTS,
          COMMENTS);

  private Finish() {}
}
