package dev.segue.postgres.operation;

import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;

/// What a partition's bounds ask of its rows, in the server's own words: read from an empty copy
/// that does not stay.
final class PartitionBounds {

  private PartitionBounds() {}

  /// Empty for a default partition: its bounds are what the others leave.
  static Optional<String> of(Connection connection, Relation table, String bound)
      throws SQLException {
    boolean alone = connection.getAutoCommit();
    connection.setAutoCommit(false);
    Savepoint before = connection.setSavepoint();
    try {
      List<String> key =
          Definitions.read(
              connection,
              "select pg_catalog.pg_get_partkeydef(?::int8::oid)",
              row -> row.getString(1),
              table.oid());
      Prompt.execute(
          connection,
          "CREATE TEMP TABLE whole__segue (LIKE %s) PARTITION BY %s"
              .formatted(table.quoted(), key.getFirst()));
      Prompt.execute(
          connection,
          "CREATE TEMP TABLE part__segue PARTITION OF pg_temp.whole__segue " + bound.strip());
      List<Optional<String>> read =
          Definitions.read(
              connection,
              """
              select pg_catalog.replace(
                pg_catalog.pg_get_partition_constraintdef('pg_temp.part__segue'::regclass),
                'satisfies_hash_partition(''' || 'pg_temp.whole__segue'::regclass::oid || '''',
                'satisfies_hash_partition(''' || ?::text || '''')
              """,
              row -> Optional.ofNullable(row.getString(1)),
              Long.toString(table.oid()));
      return read.getFirst();
    } finally {
      connection.rollback(before);
      if (alone) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }
}
