package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.DropIndex;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// `drop-index`.
record IndexDrop(DropIndex operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    Journey journey =
        Journey.contracting(
            "drop-index-" + operation.index(),
            "Drop index %s concurrently".formatted(operation.index()),
            this::course);
    return List.of(new JourneyStep(site, journey));
  }

  private Course course(Connection connection) throws SQLException {
    Index index = Index.required(connection, operation.index(), operation.at());
    String constraint = index.constraint();
    if (constraint != null) {
      throw Refusal.notPossible(
          operation.at(),
          "%s is the index of constraint %s on %s"
              .formatted(index.quoted(), constraint, index.table()),
          "Use drop-constraint.");
    }
    if (index.part()) {
      throw Refusal.notPossible(
          operation.at(),
          index.quoted() + " is a part of an index of the partitioned table",
          "Drop the index of the partitioned table.");
    }
    Piece drop =
        index.partitioned()
            ? Piece.exclusive("DROP INDEX IF EXISTS " + index.quoted(), index.table())
                .noted("with those of the partitions; catalogue only")
            : Piece.lasting("DROP INDEX CONCURRENTLY IF EXISTS " + index.quoted(), index.table());
    return Course.forGood(
        List.of(drop.when(Conditions.relation(index.schema(), index.name()))),
        "select not " + Conditions.relation(index.schema(), index.name()));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    inquiry.plotted(this::course);
    Index.find(inquiry.connection(), operation.index())
        .filter(index -> !index.ours())
        .ifPresent(index ->
            inquiry.refuse(operation.at(), index.quoted() + " belongs to another role", null));
  }
}
