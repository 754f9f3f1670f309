package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.postgres.sql.Prompt;
import java.sql.SQLException;

/// Whether a column's NOT NULL can be dropped at all.
final class NullFacts {

  private NullFacts() {}

  static void ask(Inquiry inquiry, Place at, Relation table, String column) throws SQLException {
    boolean key =
        Prompt.asks(
            inquiry.connection(),
            """
            select exists (select from pg_catalog.pg_index x
              join pg_catalog.pg_attribute a on a.attrelid = x.indrelid and a.attnum = any (x.indkey)
              where x.indrelid = ?::int8::oid and (x.indisprimary or x.indisreplident)
                and a.attname = ?)
            """,
            table.oid(),
            column);
    if (key) {
      inquiry.refuse(
          at, column + " is in the primary key or replica identity of " + table.quoted(), null);
    } else if (Prompt.asks(
        inquiry.connection(),
        "select attidentity <> '' from pg_catalog.pg_attribute where attrelid = ?::int8::oid and attname = ?",
        table.oid(),
        column)) {
      inquiry.refuse(at, column + " is an identity column: it refuses NULL as such", null);
    } else if (Prompt.texts(
            inquiry.connection(), "select " + Conditions.nullable(table.oid(), column))
        .contains("t")) {
      inquiry.warn(at, column + " of " + table.quoted() + " takes NULL already", null);
    }
  }
}
