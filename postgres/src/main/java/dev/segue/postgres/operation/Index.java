package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An index that is there.
///
/// @param table as SQL names it
/// @param partitioned it is of a partitioned table
/// @param part it is attached to one of a partitioned table
/// @param constraint that it is the index of
record Index(
    long oid,
    String schema,
    String name,
    String table,
    boolean ours,
    boolean partitioned,
    boolean part,
    @Nullable String constraint,
    long bytes) {

  private static final String FOUND =
      """
      select c.oid::int8 as oid, n.nspname, c.relname, c.relkind = 'I' as partitioned,
        c.relispartition, k.conname, pg_catalog.pg_has_role(c.relowner, 'usage') as ours,
        pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname) as on_table,
        pg_catalog.pg_relation_size(c.oid) as bytes
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_index x on x.indexrelid = c.oid
      join pg_catalog.pg_class t on t.oid = x.indrelid
      join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
      left join pg_catalog.pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u', 'x')
      where c.relname = ?
        and (n.nspname = ? or (?::text is null and pg_catalog.pg_table_is_visible(c.oid)))
      """;

  static Optional<Index> find(Connection connection, String written) throws SQLException {
    TableName name = TableName.parse(written);
    return Prompt.first(
        connection,
        FOUND,
        row ->
            new Index(
                row.getLong("oid"),
                row.getString("nspname"),
                row.getString("relname"),
                row.getString("on_table"),
                row.getBoolean("ours"),
                row.getBoolean("partitioned"),
                row.getBoolean("relispartition"),
                row.getString("conname"),
                row.getLong("bytes")),
        name.table(),
        name.schema(),
        name.schema());
  }

  static Index required(Connection connection, String written, Place at) throws SQLException {
    Optional<Index> found = find(connection, written);
    if (found.isEmpty()) {
      throw Relation.missing(connection, "index", written, at);
    }
    return found.get();
  }

  String quoted() {
    return Identifiers.quoted(schema, name);
  }
}
