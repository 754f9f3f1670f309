package dev.segue.postgres.definition;

import static dev.segue.postgres.definition.Kind.access;

import java.util.List;

/// Who owns what and who may do what. It names roles, which belong to a server, not to a database.
final class Access {

  /// What can be owned and granted: its key, what SQL calls it, its owner and privileges.
  private static final String OBJECTS =
      """
      , object as (
        select 'pg_namespace/' || n.oid as key, 'SCHEMA' as type, quote_ident(n.nspname) as name,
          n.nspowner as owner, n.nspacl as acl
        from pg_namespace n where n.oid in (select oid from ours)
          and not exists (select from member m
                          where m.classid = 'pg_namespace'::regclass and m.objid = n.oid)
        union all
        select 'pg_class/' || c.oid, case when c.relkind = 'S' then 'SEQUENCE' else 'TABLE' end,
          c.name, c.relowner, c.relacl
        from relation c where c.relkind in ('r', 'p', 'v', 'm', 'S')
        union all
        select 'pg_proc/' || p.oid, 'ROUTINE', p.oid::regprocedure::text, p.proowner, p.proacl
        from pg_proc p
        where p.pronamespace in (select oid from ours) and p.prokind <> 'a'
          and not exists (select from member m
                          where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
        union all
        select 'pg_type/' || t.oid, 'TYPE', format_type(t.oid, null), t.typowner, t.typacl
        from pg_type t left join pg_class c on c.oid = t.typrelid
        where t.typnamespace in (select oid from ours) and t.typelem = 0
          and t.typtype in ('e', 'd', 'r', 'c') and (t.typtype <> 'c' or c.relkind = 'c')
          and not exists (select from member m
                          where m.classid = 'pg_type'::regclass and m.objid = t.oid))
      """;

  private static final Kind OWNERS =
      access(
          OBJECTS
              + """
              select 'owner/' || o.key as key, o.key as owner, array[o.key] as needs,
                format('owner of %s %s', lower(o.type), o.name) as what,
                format('ALTER %s %s OWNER TO %s', o.type, o.name, o.owner::regrole) as sql
              from object o
              -- What belongs to a table's column has its owner.
              where not exists (select from pg_depend d
                                where 'pg_class/' || d.objid = o.key
                                  and d.classid = 'pg_class'::regclass
                                  and d.refclassid = 'pg_class'::regclass and o.type = 'SEQUENCE'
                                  and d.deptype in ('a', 'i'))
                and o.name <> 'public'
              """);

  private static final Kind REVOKED =
      access(
          OBJECTS
              + """
              select 'revoke/' || o.key as key, o.key as owner, array[o.key] as needs,
                format('what all may do with %s %s', lower(o.type), o.name) as what,
                format('REVOKE ALL ON %s %s FROM PUBLIC', o.type, o.name) as sql
              from object o where o.acl is not null
              """);

  private static final Kind GRANTED =
      access(
          OBJECTS
              + """
              select format('grant/%s/%s/%s', o.key, g.grantee, g.is_grantable) as key,
                o.key as owner, array[o.key] as needs,
                format('what %s may do with %s %s%s', g.who, lower(o.type), o.name,
                  case when g.is_grantable then ' and grant' end) as what,
                format('GRANT %s ON %s %s TO %s%s', g.privileges, o.type, o.name, g.who,
                  case when g.is_grantable then ' WITH GRANT OPTION' end) as sql
              from object o
              cross join lateral (
                select x.grantee, x.is_grantable,
                  case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end as who,
                  string_agg(x.privilege_type, ', ' order by x.privilege_type) as privileges
                from aclexplode(o.acl) x group by x.grantee, x.is_grantable) g
              where o.acl is not null
              """);

  private static final Kind GRANTED_COLUMNS =
      access(
          """
          select format('grant/%s/%s/%s/%s', c.oid, a.attnum, g.grantee, g.is_grantable) as key,
            'pg_class/' || c.oid as owner, array['pg_class/' || c.oid] as needs,
            format('what %s may do with column %s.%I%s', g.who, c.name, a.attname,
              case when g.is_grantable then ' and grant' end) as what,
            format('GRANT %s ON TABLE %s TO %s%s', g.privileges, c.name, g.who,
              case when g.is_grantable then ' WITH GRANT OPTION' end) as sql
          from relation c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          cross join lateral (
            select x.grantee, x.is_grantable,
              case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end as who,
              string_agg(format('%s (%I)', x.privilege_type, a.attname), ', '
                         order by x.privilege_type) as privileges
            from aclexplode(a.attacl) x group by x.grantee, x.is_grantable) g
          where c.relkind in ('r', 'p', 'v', 'm')
          """);

  private static final Kind ROW_SECURITY =
      access(
          """
          select format('security/%s/%s', c.oid, s.text) as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('row security of %s: %s', c.name, s.text) as what,
            format('ALTER TABLE %s %s ROW LEVEL SECURITY', c.name, s.text) as sql
          from relation c
          cross join lateral (values (c.relrowsecurity, 'ENABLE'), (c.relforcerowsecurity, 'FORCE'))
            s(is_on, text)
          where s.is_on
          """);

  private static final Kind POLICIES =
      access(
          """
          select 'pg_policy/' || p.oid as key, 'pg_class/' || c.oid as owner,
            array['pg_class/' || c.oid] as needs,
            format('policy %I of %s', p.polname, c.name) as what,
            format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, c.name,
              case when p.polpermissive then 'PERMISSIVE' else 'RESTRICTIVE' end,
              case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
                when 'd' then 'DELETE' else 'ALL' end,
              (select string_agg(case r when 0 then 'PUBLIC' else r::regrole::text end, ', '
                                 order by r) from unnest(p.polroles) r),
              ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
              ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as sql
          from relation c join pg_policy p on p.polrelid = c.oid
          """);

  static final List<Kind> KINDS =
      List.of(OWNERS, REVOKED, GRANTED, GRANTED_COLUMNS, POLICIES, ROW_SECURITY);

  private Access() {}
}
