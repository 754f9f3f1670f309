package dev.segue.postgres.definition;

/// What is in a database and in no [Kind].
final class LeftOut {

  /// `key` and `what` of each.
  static final String QUERY =
      """
      select format('%s/%s', o.class, o.oid) as key,
        pg_describe_object(o.class, o.oid, 0) as what
      from (
        select 'pg_class'::regclass as class, oid from pg_class
        where relkind = 'f' or reloftype <> 0
          or relkind = 'i' and exists (select from pg_index
                                       where indexrelid = pg_class.oid and not indisvalid)
        union all
        select 'pg_type'::regclass, t.oid from pg_type t
        where typtype = 'b' and typelem = 0
          or typtype = 'r' and exists (select from pg_range
                                       where rngtypid = t.oid and rngcanonical::oid <> 0)
        union all select 'pg_proc'::regclass, oid from pg_proc where prokind = 'a'
        union all select 'pg_operator'::regclass, oid from pg_operator
        union all select 'pg_opclass'::regclass, oid from pg_opclass
        union all select 'pg_opfamily'::regclass, oid from pg_opfamily
        union all select 'pg_cast'::regclass, oid from pg_cast
        union all select 'pg_collation'::regclass, oid from pg_collation
        union all select 'pg_conversion'::regclass, oid from pg_conversion
        union all select 'pg_transform'::regclass, oid from pg_transform
        union all select 'pg_language'::regclass, oid from pg_language
        union all select 'pg_am'::regclass, oid from pg_am
        union all select 'pg_ts_config'::regclass, oid from pg_ts_config
        union all select 'pg_ts_dict'::regclass, oid from pg_ts_dict
        union all select 'pg_ts_parser'::regclass, oid from pg_ts_parser
        union all select 'pg_ts_template'::regclass, oid from pg_ts_template
        union all select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper
        union all select 'pg_foreign_server'::regclass, oid from pg_foreign_server
        union all select 'pg_event_trigger'::regclass, oid from pg_event_trigger
        union all select 'pg_publication'::regclass, oid from pg_publication
        union all select 'pg_default_acl'::regclass, oid from pg_default_acl
        -- One stands for all: there may be millions.
        union all (select 'pg_largeobject'::regclass, oid from pg_largeobject_metadata limit 1)) o
      where o.oid >= 16384
        and not exists (select from member m where m.classid = o.class and m.objid = o.oid)
        -- What comes with another object.
        and not exists (select from pg_depend d
                        where d.classid = o.class and d.objid = o.oid and d.deptype = 'i')
      """;

  private LeftOut() {}
}
