package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;
import static java.util.stream.Collectors.joining;

import dev.segue.change.SchemaOperation.DetachPartition;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `detach-partition`: concurrently, where the table has no default partition.
record PartitionDetachment(DetachPartition operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.contracting(
                "detach-partition-" + operation.partition(),
                "Detach partition %s from %s".formatted(operation.partition(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    Relation part =
        Relation.required(connection, operation.partition(), operation.where().of("partition"));
    String attached = Conditions.partitionOf(part.oid(), table.oid());
    if (!Prompt.texts(connection, "select " + attached).contains("t")) {
      throw Refusal.notPossible(
          operation.where().of("partition"),
          "%s is no partition of %s".formatted(part.quoted(), table.quoted()),
          null);
    }
    String detach = "ALTER TABLE %s DETACH PARTITION %s".formatted(table.quoted(), part.quoted());
    if (hasDefault(connection, table)) {
      return Course.forGood(
          List.of(
              Piece.brief(
                      detach,
                      "ACCESS EXCLUSIVE on %s and %s".formatted(table.quoted(), part.quoted()),
                      List.of(table.quoted(), part.quoted()))
                  .when(attached)
                  .noted("catalogue only; a default partition rules CONCURRENTLY out")),
          "select not " + attached);
    }
    String pending =
        "exists (select from pg_catalog.pg_inherits where inhrelid = %d and inhdetachpending)"
            .formatted(part.oid());
    return Course.forGood(
        List.of(
            Piece.lasting(detach + " FINALIZE", table.quoted())
                .when(pending)
                .noted("only where one was cut short"),
            Piece.lasting(detach + " CONCURRENTLY", table.quoted()).when(attached),
            leftover(connection, part)),
        "select not " + attached);
  }

  private static boolean hasDefault(Connection connection, Relation table) throws SQLException {
    return Prompt.asks(
        connection,
        "select partdefid <> 0 from pg_catalog.pg_partitioned_table where partrelid = ?::int8::oid",
        table.oid());
  }

  /// Detached concurrently, a partition keeps its bounds as a check that nobody asked for.
  private static Piece leftover(Connection connection, Relation part) throws SQLException {
    String before =
        Prompt.list(
                connection,
                "select conname from pg_catalog.pg_constraint where conrelid = ?::int8::oid and contype = 'c'",
                row -> row.getString(1),
                part.oid())
            .stream()
            .map(Identifiers::literal)
            .collect(joining(", ", "array[", "]::name[]"));
    return Piece.exclusive(
            "ALTER TABLE %s DROP CONSTRAINT IF EXISTS …".formatted(part.quoted()), part.quoted())
        .each(
            "select pg_catalog.format('ALTER TABLE %%s DROP CONSTRAINT %%I', %s, conname) from pg_catalog.pg_constraint where conrelid = %d and contype = 'c' and conname <> all (%s)"
                .formatted(literal(part.quoted()), part.oid(), before))
        .noted("the check of its bounds that PostgreSQL leaves behind");
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()) {
      inquiry.table(operation.where().of("partition"), operation.partition());
      if (!inquiry.refused()) {
        inquiry.plotted(this::course);
      }
    }
  }
}
