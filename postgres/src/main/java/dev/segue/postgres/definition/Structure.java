package dev.segue.postgres.definition;

import static dev.segue.postgres.definition.Kind.before;

import java.util.List;

/// What must stand before rows can come: types, functions, tables.
final class Structure {

  private static final String SEQUENCE_OPTIONS =
      """
      format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', seqstart,
        seqincrement, seqmin, seqmax, seqcache, case when seqcycle then ' CYCLE' else '' end)
      """;

  private static final Kind SCHEMAS =
      before(
          """
          select 'pg_namespace/' || oid as key, null as owner, null::text[] as needs,
            'schema ' || quote_ident(nspname) as what, format('CREATE SCHEMA %I', nspname) as sql
          from ours o
          where nspname <> 'public'
            and not exists (select from member m
                            where m.classid = 'pg_namespace'::regclass and m.objid = o.oid)
          """);

  private static final Kind EXTENSIONS =
      before(
          """
          select 'pg_extension/' || e.oid as key, null as owner, null::text[] as needs,
            'extension ' || quote_ident(extname) as what,
            format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', extname, n.nspname) as sql
          from pg_extension e join pg_namespace n on n.oid = e.extnamespace
          where extname <> 'plpgsql'
          """);

  private static final Kind TYPES =
      before(
          """
          select 'pg_type/' || t.oid as key, null as owner, null::text[] as needs,
            'type ' || format_type(t.oid, null) as what,
            case t.typtype
              when 'e' then format('CREATE TYPE %s AS ENUM (%s)', format_type(t.oid, null),
                (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)
                 from pg_enum where enumtypid = t.oid))
              when 'd' then format('CREATE DOMAIN %s AS %s%s%s%s', format_type(t.oid, null),
                format_type(t.typbasetype, t.typtypmod),
                (select ' COLLATE ' || t.typcollation::regcollation from pg_type b
                 where b.oid = t.typbasetype and b.typcollation <> t.typcollation),
                ' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),
                case when t.typnotnull then ' NOT NULL' end)
              when 'r' then (
                select format('CREATE TYPE %s AS RANGE (SUBTYPE = %s%s%s, MULTIRANGE_TYPE_NAME = %s)',
                  format_type(t.oid, null), format_type(r.rngsubtype, null),
                  ', COLLATION = ' || nullif(r.rngcollation, 0)::regcollation,
                  ', SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::oid, 0)::regproc,
                  format_type(r.rngmultitypid, null))
                from pg_range r where r.rngtypid = t.oid)
              else format('CREATE TYPE %s AS (%s)', format_type(t.oid, null),
                (select string_agg(
                   quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                     || case when a.attcollation <> y.typcollation
                          then ' COLLATE ' || a.attcollation::regcollation else '' end,
                   ', ' order by a.attnum)
                 from pg_attribute a join pg_type y on y.oid = a.atttypid
                 where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))
            end as sql
          from pg_type t
          left join pg_class c on c.oid = t.typrelid
          where t.typnamespace in (select oid from ours)
            and (t.typtype in ('e', 'd') or t.typtype = 'c' and c.relkind = 'c'
              or t.typtype = 'r' and not exists (
                select from pg_range r where r.rngtypid = t.oid and r.rngcanonical::oid <> 0))
            and not exists (select from member m
                            where m.classid = 'pg_type'::regclass and m.objid = t.oid)
          """);

  private static final Kind DOMAIN_CHECKS =
      before(
          """
          select 'pg_constraint/' || k.oid as key, 'pg_type/' || k.contypid as owner,
            array['pg_type/' || k.contypid] as needs,
            format('constraint %I of domain %s', k.conname, format_type(k.contypid, null)) as what,
            format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', format_type(k.contypid, null),
              k.conname, pg_get_constraintdef(k.oid)) as sql
          from pg_constraint k
          where k.contypid <> 0 and k.contype = 'c' and k.connamespace in (select oid from ours)
            and not exists (select from member m
                            where m.classid = 'pg_type'::regclass and m.objid = k.contypid)
          """);

  private static final Kind FUNCTIONS =
      before(
          """
          select 'pg_proc/' || p.oid as key, null as owner, null::text[] as needs,
            'function ' || p.oid::regprocedure as what, pg_get_functiondef(p.oid) as sql
          from pg_proc p
          where p.pronamespace in (select oid from ours) and p.prokind <> 'a'
            and not exists (select from member m
                            where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
            -- The constructors a range type brings.
            and not exists (select from pg_depend d
                            where d.classid = 'pg_proc'::regclass and d.objid = p.oid
                              and d.refclassid = 'pg_type'::regclass and d.deptype = 'i')
          """);

  /// Defaults, checks and keys come by themselves, so that tables and functions may need each
  /// other. A partition is made as a table and attached.
  private static final Kind TABLES =
      before(
          """
          , columns as (
            select a.attrelid, a.attnum,
              quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                || case when a.attcollation <> t.typcollation
                     then ' COLLATE ' || a.attcollation::regcollation else '' end
                || case a.attgenerated
                     when '' then ''
                     else format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                       case a.attgenerated when 's' then 'STORED' else 'VIRTUAL' end)
                   end
                || case when s.seqrelid is null then ''
                     else format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s ',
                       case a.attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end,
                       s.seqrelid::regclass) || SEQUENCE_OPTIONS || ')'
                   end
                || case when not a.attnotnull or not k.convalidated then ''
                     else case when k.conname <> c.relname || '_' || a.attname || '_not_null'
                            then ' CONSTRAINT ' || quote_ident(k.conname) else '' end
                       || ' NOT NULL' || case when k.connoinherit then ' NO INHERIT' else '' end
                   end as text
            from relation c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              and (a.attislocal or c.relispartition)
            join pg_type t on t.oid = a.atttypid
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            left join pg_depend i on a.attidentity <> '' and i.deptype = 'i'
              and i.classid = 'pg_class'::regclass and i.refclassid = 'pg_class'::regclass
              and i.refobjid = c.oid and i.refobjsubid = a.attnum
            left join pg_sequence s on s.seqrelid = i.objid
            left join pg_constraint k on k.conrelid = c.oid and k.contype = 'n'
              and k.conkey[1] = a.attnum
            where c.relkind in ('r', 'p'))
          select 'pg_class/' || c.oid as key, null as owner, null::text[] as needs,
            'table ' || c.name as what,
            format(E'CREATE %sTABLE %s (%s\\n)%s%s%s%s',
              case c.relpersistence when 'u' then 'UNLOGGED ' end, c.name,
              (select string_agg(E'\\n    ' || o.text, ',' order by o.attnum)
               from columns o where o.attrelid = c.oid),
              (select ' INHERITS (' || string_agg(i.inhparent::regclass::text, ', '
                                                 order by i.inhseqno) || ')'
               from pg_inherits i where i.inhrelid = c.oid and not c.relispartition),
              ' PARTITION BY ' || pg_get_partkeydef(c.oid),
              (select ' USING ' || quote_ident(amname) from pg_am
               where oid = c.relam and amname <> 'heap'),
              ' WITH (' || (select string_agg(
                              split_part(o, '=', 1) || '='
                                || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
                            from unnest(c.reloptions) o) || ')') as sql
          from relation c
          where c.relkind in ('r', 'p')
          """
              .replace("SEQUENCE_OPTIONS", SEQUENCE_OPTIONS));

  private static final Kind SEQUENCES =
      before(
          """
          select 'pg_class/' || c.oid as key, null as owner, null::text[] as needs,
            'sequence ' || c.name as what,
            format('CREATE %sSEQUENCE %s AS %s ',
                case c.relpersistence when 'u' then 'UNLOGGED ' end,
                c.name, format_type(s.seqtypid, null))
              || SEQUENCE_OPTIONS as sql
          from relation c join pg_sequence s on s.seqrelid = c.oid
          where not exists (select from pg_depend d
                            where d.classid = 'pg_class'::regclass and d.objid = c.oid
                              and d.refclassid = 'pg_class'::regclass and d.deptype = 'i')
          """
              .replace("SEQUENCE_OPTIONS", SEQUENCE_OPTIONS));

  private static final Kind SEQUENCE_OWNERS =
      before(
          """
          select 'owned/' || c.oid as key, 'pg_class/' || d.refobjid as owner,
            array['pg_class/' || c.oid, 'pg_class/' || d.refobjid] as needs,
            'owner of sequence ' || c.name as what,
            format('ALTER SEQUENCE %s OWNED BY %s.%I', c.name, d.refobjid::regclass, a.attname)
              as sql
          from relation c
          join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
            and d.refclassid = 'pg_class'::regclass and d.deptype = 'a'
          join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
          where c.relkind = 'S'
          """);

  private static final Kind DEFAULTS =
      before(
          """
          select 'pg_attrdef/' || d.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('default of %s.%I', c.name, a.attname) as what,
            format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', c.name, a.attname,
              pg_get_expr(d.adbin, d.adrelid)) as sql
          from relation c
          join pg_attrdef d on d.adrelid = c.oid
          join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
          where c.relkind in ('r', 'p', 'v') and a.attgenerated = ''
          """);

  private static final Kind COLUMN_SETTINGS =
      before(
          """
          select format('column/%s/%s/%s', c.oid, a.attnum, s.setting) as key,
            'pg_class/' || c.oid as owner, array['pg_class/' || c.oid] as needs,
            format('%s of %s.%I', s.setting, c.name, a.attname) as what,
            format('ALTER TABLE ONLY %s ALTER COLUMN %I %s', c.name, a.attname, s.text) as sql
          from relation c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          join pg_type t on t.oid = a.atttypid
          cross join lateral (values
            ('storage', case when a.attstorage <> t.typstorage then 'SET STORAGE '
              || case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL'
                   when 'm' then 'MAIN' else 'EXTENDED' end end),
            ('compression', 'SET COMPRESSION '
              || case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end),
            ('statistics', case when coalesce(a.attstattarget, -1) >= 0
              then 'SET STATISTICS ' || a.attstattarget end),
            ('options', 'SET (' || array_to_string(a.attoptions, ', ') || ')')) s(setting, text)
          where c.relkind in ('r', 'p') and s.text is not null
          """);

  private static final String CHECKS =
      """
      select 'pg_constraint/' || k.oid as key, 'pg_class/' || c.oid as owner,
        array['pg_class/' || c.oid] as needs,
        format('constraint %I of %s', k.conname, c.name) as what,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.name, k.conname,
          pg_get_constraintdef(k.oid)) as sql
      from relation c join pg_constraint k on k.conrelid = c.oid
      where k.contype = 'c' and (k.conislocal or c.relispartition)
      """;

  private static final Kind VALID_CHECKS = before(CHECKS + "and k.convalidated");

  /// A check that rows need not pass would stop them on the way in.
  static final Kind OTHER_CHECKS =
      Kind.after(
          CHECKS.replace("k.contype = 'c'", "k.contype in ('c', 'n')") + "and not k.convalidated");

  private static final Kind PARTITIONS =
      before(
          """
          select 'attach/' || c.oid as key, 'pg_class/' || i.inhparent as owner,
            array['pg_class/' || c.oid, 'pg_class/' || i.inhparent]
              || array(select 'pg_constraint/' || k.oid from pg_constraint k
                       where k.conrelid in (c.oid, i.inhparent) and k.contype = 'c'
                         and k.convalidated) as needs,
            'partition ' || c.name as what,
            format('ALTER TABLE ONLY %s ATTACH PARTITION %s %s', i.inhparent::regclass, c.name,
              pg_get_expr(c.relpartbound, c.oid)) as sql
          from relation c join pg_inherits i on i.inhrelid = c.oid
          where c.relispartition and c.relkind in ('r', 'p')
          """);

  private static final Kind VIEWS =
      before(
          """
          select 'pg_class/' || c.oid as key, null as owner, null::text[] as needs,
            case c.relkind when 'v' then 'view ' else 'materialized view ' end || c.name as what,
            format(E'CREATE %sVIEW %s%s AS\\n%s%s',
              case c.relkind when 'm' then 'MATERIALIZED ' end, c.name,
              ' WITH (' || array_to_string(c.reloptions, ', ') || ')',
              rtrim(pg_get_viewdef(c.oid), ';'),
              case c.relkind when 'm' then E'\\n WITH NO DATA' end) as sql
          from relation c where c.relkind in ('v', 'm')
          """);

  /// In the order in which they come where nothing else is asked for.
  static final List<Kind> KINDS =
      List.of(
          SCHEMAS,
          EXTENSIONS,
          TYPES,
          FUNCTIONS,
          DOMAIN_CHECKS,
          TABLES,
          SEQUENCES,
          SEQUENCE_OWNERS,
          DEFAULTS,
          COLUMN_SETTINGS,
          VALID_CHECKS,
          PARTITIONS,
          VIEWS);

  private Structure() {}
}
