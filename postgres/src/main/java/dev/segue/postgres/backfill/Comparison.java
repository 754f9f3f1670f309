package dev.segue.postgres.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What must agree in every row of a table.
///
/// @param table as SQL names it, with its schema
/// @param differs an SQL condition over the row's columns: true where it does not agree
/// @param shown columns, as SQL names them, whose values are told of a row that does not
public record Comparison(String table, String differs, List<String> shown) {

  public Comparison {
    shown = List.copyOf(shown);
  }

  /// Knows what is compared once the columns are there.
  @FunctionalInterface
  public interface Source {
    Comparison read(Connection connection) throws SQLException;
  }
}
