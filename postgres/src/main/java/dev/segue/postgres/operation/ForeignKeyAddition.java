package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;
import static java.util.stream.Collectors.joining;

import dev.segue.change.SchemaOperation.AddForeignKey;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.operation.Relation.Partition;
import dev.segue.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `add-foreign-key`: it holds for new rows at once, and is proved for the others afterwards.
///
/// Partitioned tables know no NOT VALID before PostgreSQL 18: there each partition gets its own
/// first, and the table's adopts them without looking at a row.
record ForeignKeyAddition(AddForeignKey operation) implements Undertaking {

  private static final int NOT_VALID_ON_PARTITIONED = 18;

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journeys.at(
                operation.when(),
                "add-foreign-key-%s-%s".formatted(operation.table(), operation.name()),
                "%s of %s points to %s (foreign key %s)"
                    .formatted(
                        String.join(", ", operation.columns()),
                        operation.table(),
                        operation.referenced(),
                        operation.name()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    Relation other = Relation.table(connection, operation.referenced());
    Taken.constraint(connection, table, operation.name(), operation.where().of("name"));
    boolean eachPartition =
        table.partitioned()
            && connection.getMetaData().getDatabaseMajorVersion() < NOT_VALID_ON_PARTITIONED;
    List<Partition> leaves =
        eachPartition
            ? table.partitions(connection).stream().filter(Partition::leaf).toList()
            : List.of();
    List<Piece> there = new ArrayList<>();
    List<Piece> back = new ArrayList<>();
    back.add(gone(table.quoted(), other));
    for (Partition leaf : leaves) {
      there.addAll(proved(leaf.oid(), leaf.quoted(), other));
      back.add(gone(leaf.quoted(), other));
    }
    if (eachPartition) {
      there.add(
          added(table.oid(), table.quoted(), other, "")
              .noted("it adopts those of the partitions, which are proved"));
    } else {
      there.addAll(proved(table.oid(), table.quoted(), other));
    }
    return new Course(
        there, back, "select " + Conditions.validConstraint(table.oid(), operation.name()));
  }

  private List<Piece> proved(long oid, String on, Relation other) {
    return List.of(
        added(oid, on, other, " NOT VALID")
            .noted("catalogue only: rows that are there are not looked at"),
        new Piece(
                Piece.Way.LASTING,
                "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(on, quoted(operation.name())),
                null,
                List.of(on, other.quoted()),
                "SHARE UPDATE EXCLUSIVE on %s, ROW SHARE on %s".formatted(on, other.quoted()),
                "takes its time and blocks nobody")
            .unless(Conditions.validConstraint(oid, operation.name())));
  }

  private Piece added(long oid, String on, Relation other, String tail) {
    return Piece.brief(
            "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s%s%s%s"
                .formatted(
                    on,
                    quoted(operation.name()),
                    names(operation.columns()),
                    other.quoted(),
                    operation.keys().isEmpty() ? "" : " (" + names(operation.keys()) + ")",
                    operation.actions() == null ? "" : " " + operation.actions().strip(),
                    tail),
            "SHARE ROW EXCLUSIVE on %s and %s".formatted(on, other.quoted()),
            List.of(on, other.quoted()))
        .unless(Conditions.constraint(oid, operation.name()));
  }

  private Piece gone(String on, Relation other) {
    return Piece.brief(
        "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s".formatted(on, quoted(operation.name())),
        "ACCESS EXCLUSIVE on %s and %s".formatted(on, other.quoted()),
        List.of(on, other.quoted()));
  }

  private static String names(List<String> columns) {
    return columns.stream().map(Identifiers::quoted).collect(joining(", "));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    Optional<Relation> other =
        inquiry.found(operation.where().of("references"), operation.referenced());
    for (String column : operation.columns()) {
      if (table.isPresent()) {
        inquiry.column(operation.where().of("columns"), table.get(), operation.table(), column);
      }
    }
    for (String column : operation.keys()) {
      if (other.isPresent()) {
        inquiry.column(operation.where().of("keys"), other.get(), operation.referenced(), column);
      }
    }
    inquiry.plotted(this::course);
    if (table.isPresent() && other.isPresent() && !operation.keys().isEmpty()) {
      Violations.count(
          inquiry,
          operation.at(),
          table.get(),
          orphaned(other.get()),
          "rows of %s point to none of %s".formatted(table.get().quoted(), other.get().quoted()));
    }
  }

  private String orphaned(Relation other) {
    List<String> filled = new ArrayList<>();
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < Math.min(operation.columns().size(), operation.keys().size()); i++) {
      String column = Violations.ROW + "." + quoted(operation.columns().get(i));
      filled.add(column + " is not null");
      equal.add("other." + quoted(operation.keys().get(i)) + " = " + column);
    }
    return "%s and not exists (select from %s other where %s)"
        .formatted(String.join(" and ", filled), other.quoted(), String.join(" and ", equal));
  }
}
