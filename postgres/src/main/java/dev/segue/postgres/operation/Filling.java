package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.online.Piece;
import dev.segue.postgres.operation.Relation.Partition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// NULLs get a value, a thousand rows a transaction, by the server itself.
final class Filling {

  private Filling() {}

  static List<Piece> pieces(Connection connection, Relation table, String column, String fill)
      throws SQLException {
    List<String> parts =
        table.partitioned()
            ? table.partitions(connection).stream()
                .filter(Partition::leaf)
                .map(Partition::quoted)
                .toList()
            : List.of(table.quoted());
    return parts.stream()
        .map(part ->
            new Piece(
                    Piece.Way.LASTING,
                    batches(part, quoted(column), fill.strip()),
                    null,
                    List.of(part),
                    "ROW EXCLUSIVE on " + part,
                    "a thousand rows a transaction")
                .when(
                    "exists (select from only %s where %s is null)"
                        .formatted(part, quoted(column))))
        .toList();
  }

  private static String batches(String table, String column, String fill) {
    return """
    DO $segue$
    DECLARE
      row_id tid;
      done bigint;
      passed bigint;
    BEGIN
      LOOP
        done := 0;
        FOR row_id IN SELECT ctid FROM ONLY %1$s WHERE %2$s IS NULL LOOP
          UPDATE ONLY %1$s SET %2$s = (%3$s) WHERE ctid = row_id AND %2$s IS NULL;
          done := done + 1;
          IF done %% 1000 = 0 THEN COMMIT; END IF;
        END LOOP;
        COMMIT;
        -- Rows that were updated meanwhile stand elsewhere: once more.
        EXIT WHEN done = 0 OR done = passed;
        passed := done;
      END LOOP;
    END $segue$\
    """
        .formatted(table, column, fill);
  }
}
