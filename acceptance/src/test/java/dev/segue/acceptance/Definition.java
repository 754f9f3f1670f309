package dev.segue.acceptance;

/// What the server's catalogue says of everything an application could notice. Asked in one query
/// of the tests' own, so that no mistake of Segue's is shared.
final class Definition {

  static final String QUERY =
      """
      with mine as (
        select n.oid, n.nspname from pg_namespace n
         where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'segue')
      ), relation as (
        select c.*, format('%I.%I', mine.nspname, c.relname) as name
          from pg_class c join mine on mine.oid = c.relnamespace
         where not exists (
           select from pg_depend d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      )
      select line from (
        select 'schema ' || nspname as line from mine
        union all
        select format('%s %s owner %s acl %s options %s comment %s persistence %s triggers %s rules %s security %s',
                 relkind, name, relowner::regrole, relacl, reloptions,
                 obj_description(oid, 'pg_class'), relpersistence, relhastriggers, relhasrules,
                 relrowsecurity)
          from relation
        union all
        select format('column %s.%s %s %s %s default %s identity %s generated %s acl %s', r.name,
                 a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                 pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attacl)
          from pg_attribute a
          join relation r on r.oid = a.attrelid
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attnum > 0 and not a.attisdropped and r.relkind not in ('i', 'I', 'S')
        union all
        select format('constraint %s %s %s valid %s', r.name, k.conname,
                 pg_get_constraintdef(k.oid), k.convalidated)
          from pg_constraint k join relation r on r.oid = k.conrelid
        union all
        select format('index %s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
          from pg_index i join relation r on r.oid = i.indrelid
        union all
        select format('trigger %s %s', pg_get_triggerdef(t.oid), t.tgenabled)
          from pg_trigger t join relation r on r.oid = t.tgrelid where not t.tgisinternal
        union all
        select format('rule %s', pg_get_ruledef(w.oid))
          from pg_rewrite w join relation r on r.oid = w.ev_class
        union all
        select format('policy %s %s', r.name, p.polname)
          from pg_policy p join relation r on r.oid = p.polrelid
        union all
        select format('function %s', p.oid::regprocedure)
          from pg_proc p join mine on mine.oid = p.pronamespace
        union all
        select format('type %I.%I %s', mine.nspname, t.typname, t.typtype)
          from pg_type t join mine on mine.oid = t.typnamespace
        union all
        select format('extension %s', extname) from pg_extension
        union all
        select format('publication %s', pubname) from pg_publication
        union all
        select format('setting %s', setconfig)
          from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
         where d.datname = current_database()
      ) as everything
      order by line collate "C"\
      """;

  private Definition() {}
}
