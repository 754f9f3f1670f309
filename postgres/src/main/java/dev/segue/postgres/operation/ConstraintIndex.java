package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.online.Piece;
import dev.segue.postgres.operation.Relation.Partition;
import java.util.ArrayList;
import java.util.List;

/// A unique constraint or primary key over an index built concurrently. USING INDEX is unknown to
/// partitioned tables: there each partition has a constraint of its own, attached to one that comes
/// first.
///
/// @param kind `UNIQUE` or `PRIMARY KEY`
/// @param body of the constraint: `NULLS NOT DISTINCT (a) INCLUDE (b)`
/// @param index the body as CREATE INDEX has it
/// @param tail `DEFERRABLE` or nothing
record ConstraintIndex(
    Relation table,
    List<Partition> partitions,
    String name,
    String kind,
    String body,
    String index,
    String tail) {

  ConstraintIndex {
    partitions = List.copyOf(partitions);
  }

  List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    if (!table.partitioned()) {
      own(pieces, table.oid(), table.schema(), table.quoted(), name, "false");
      return pieces;
    }
    pieces.add(parent(table.oid(), table.quoted(), name));
    for (Partition partition : partitions) {
      String part = part(partition);
      if (partition.leaf()) {
        own(
            pieces,
            partition.oid(),
            partition.schema(),
            partition.quoted(),
            part,
            attached(partition));
      } else {
        pieces.add(parent(partition.oid(), partition.quoted(), part));
      }
    }
    partitions.reversed().forEach(partition -> pieces.add(attach(partition)));
    return pieces;
  }

  private Piece parent(long oid, String on, String constraint) {
    return Piece.exclusive(
            "ALTER TABLE ONLY %s ADD CONSTRAINT %s %s %s%s"
                .formatted(on, quoted(constraint), kind, body, tail),
            on)
        .unless(Conditions.constraint(oid, constraint))
        .noted("catalogue only: not valid before every partition has its own");
  }

  private void own(
      List<Piece> pieces, long oid, String schema, String on, String constraint, String done) {
    String there = Conditions.constraint(oid, constraint) + " or " + done;
    pieces.addAll(
        IndexBuild.build(
            schema,
            on,
            constraint,
            "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s %s".formatted(quoted(constraint), on, index),
            there));
    pieces.add(
        Piece.exclusive(
                "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s"
                    .formatted(on, quoted(constraint), kind, quoted(constraint), tail),
                on)
            .unless(there)
            .noted("catalogue only"));
  }

  private Piece attach(Partition partition) {
    String child = quoted(partition.schema(), part(partition));
    return Piece.brief(
            "ALTER INDEX %s ATTACH PARTITION %s".formatted(parentIndex(partition), child),
            "ACCESS EXCLUSIVE on " + child,
            List.of(partition.quoted()))
        .unless(attached(partition));
  }

  private String parentIndex(Partition partition) {
    return partition.parent() == table.oid()
        ? table.beside(name)
        : quoted(above(partition).schema(), part(above(partition)));
  }

  private String attached(Partition partition) {
    return partition.parent() == table.oid()
        ? Conditions.attached(table.schema(), name, partition.oid())
        : Conditions.attached(above(partition).schema(), part(above(partition)), partition.oid());
  }

  private Partition above(Partition partition) {
    return partitions.stream().filter(p -> p.oid() == partition.parent()).findFirst().orElseThrow();
  }

  private String part(Partition partition) {
    return DerivedName.of(partition.name(), name);
  }

  List<Piece> back() {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(gone(table.quoted(), name));
    if (!table.partitioned()) {
      pieces.add(IndexBuild.drop(table.schema(), table.quoted(), name));
    }
    for (Partition partition : partitions.reversed()) {
      pieces.add(gone(partition.quoted(), part(partition)));
      if (partition.leaf()) {
        pieces.add(IndexBuild.drop(partition.schema(), partition.quoted(), part(partition)));
      }
    }
    return pieces;
  }

  private static Piece gone(String on, String constraint) {
    return Piece.exclusive(
        "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s".formatted(on, quoted(constraint)), on);
  }

  String stands() {
    return "select %s and %s"
        .formatted(
            Conditions.constraint(table.oid(), name), Conditions.index(table.schema(), name, true));
  }
}
