package dev.segue.postgres.columns;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// What the change asks of one table's columns.
///
/// @param table as the change file names it
/// @param required whether a new run needs it
record Wish(Site site, String table, List<SchemaOperation> operations, BooleanSupplier required) {

  Wish {
    operations = List.copyOf(operations);
  }

  Design design(Connection connection) throws SQLException {
    return Designer.of(connection, table, operations);
  }

  /// As the table is now.
  Design design() {
    try (Connection connection = site.open("looking at " + table)) {
      return design(connection);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + table, e);
    }
  }

  /// Whether a trigger stands for certain.
  boolean keepsInStep() {
    return operations.stream().anyMatch(op -> !(op instanceof AddColumn add) || add.up() != null);
  }

  /// Whether a new run needs a step, as the table is now.
  boolean needs(Predicate<Design> some) {
    return required.getAsBoolean() && some.test(design());
  }
}
