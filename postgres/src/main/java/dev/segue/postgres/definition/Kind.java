package dev.segue.postgres.definition;

import dev.segue.postgres.definition.SchemaDefinition.Phase;

/// One kind of object: how those of a database are found and written.
///
/// The query gives for each: `key`; `owner`, the key of the object it is a part of, or null;
/// `needs`, keys of what must be there before, beside what pg_depend says; `what`; `sql`. It may
/// use the relations of [#PRELUDE].
///
/// @param crossing it joins two tables, so it comes along only where both do
record Kind(Phase phase, boolean crossing, String query) {

  /// `ours`: schemas of the users; `member`: what belongs to extensions; `relation`: what looks
  /// like a table, with its name.
  static final String PRELUDE =
      """
      with ours as materialized (
        select oid, nspname from pg_namespace
        where nspname !~ '^pg_' and nspname not in ('information_schema', 'segue')),
      member as materialized (
        select classid, objid from pg_depend where deptype = 'e'),
      relation as materialized (
        select c.*, c.oid::regclass::text as name from pg_class c
        where c.relnamespace in (select oid from ours) and c.reloftype = 0
          and not exists (select from member m
                          where m.classid = 'pg_class'::regclass and m.objid = c.oid))
      """;

  static Kind before(String query) {
    return new Kind(Phase.BEFORE_DATA, false, query);
  }

  static Kind after(String query) {
    return new Kind(Phase.AFTER_DATA, false, query);
  }

  static Kind access(String query) {
    return new Kind(Phase.ACCESS, false, query);
  }

  Kind asCrossing() {
    return new Kind(phase, true, query);
  }
}
