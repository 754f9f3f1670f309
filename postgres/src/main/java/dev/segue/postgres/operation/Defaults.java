package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.change.SchemaOperation;
import dev.segue.postgres.sql.Prompt;
import java.sql.SQLException;
import java.util.Optional;

/// Whether a column can have another default.
final class Defaults {

  private Defaults() {}

  static void ask(Inquiry inquiry, SchemaOperation operation, String written, String column)
      throws SQLException {
    Place at = operation.where().of("column");
    Optional<Relation> table = inquiry.table(operation.at(), written);
    if (table.isPresent()
        && inquiry.column(at, table.get(), written, column)
        && Prompt.asks(
            inquiry.connection(),
            """
            select attidentity <> '' or attgenerated <> '' from pg_catalog.pg_attribute
            where attrelid = ?::int8::oid and attname = ?
            """,
            table.get().oid(),
            column)) {
      inquiry.refuse(
          at,
          "%s of %s is an identity or generated column: it has no default"
              .formatted(column, table.get().quoted()),
          null);
    }
  }
}
