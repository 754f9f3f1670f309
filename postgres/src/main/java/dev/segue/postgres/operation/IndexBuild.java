package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.online.Piece;
import dev.segue.postgres.operation.Relation.Partition;
import java.util.ArrayList;
import java.util.List;

/// An index that is built concurrently; on a partitioned table one for each partition, under an
/// index that comes first and is valid when the last of them is attached.
///
/// @param unique `UNIQUE ` or nothing
/// @param body what stands behind the table's name: `USING btree (a) WHERE b`
record IndexBuild(
    Relation table, List<Partition> partitions, String name, String unique, String body) {

  IndexBuild {
    partitions = List.copyOf(partitions);
  }

  List<Piece> pieces() {
    if (!table.partitioned()) {
      return build(table.schema(), table.quoted(), name, "false");
    }
    List<Piece> pieces = new ArrayList<>();
    pieces.add(parent(table.schema(), table.quoted(), name));
    for (Partition partition : partitions) {
      String part = DerivedName.of(partition.name(), name);
      String attached = attached(partition);
      if (partition.leaf()) {
        pieces.addAll(build(partition.schema(), partition.quoted(), part, attached));
      } else {
        pieces.add(parent(partition.schema(), partition.quoted(), part));
      }
    }
    // The deepest first: an index is valid when all below it are attached and valid.
    partitions.reversed().forEach(partition -> pieces.add(attach(partition)));
    return pieces;
  }

  private Piece parent(String schema, String on, String index) {
    return Piece.brief(
            "CREATE %sINDEX %s ON ONLY %s %s".formatted(unique, quoted(index), on, body),
            "SHARE on " + on,
            List.of(on))
        .unless(Conditions.relation(schema, index))
        .noted("catalogue only: not valid before every partition has its own");
  }

  private List<Piece> build(String schema, String on, String index, String done) {
    return build(
        schema,
        on,
        index,
        "CREATE %sINDEX CONCURRENTLY %s ON %s %s".formatted(unique, quoted(index), on, body),
        done);
  }

  /// @param done a condition under which nothing is built
  static List<Piece> build(String schema, String on, String index, String sql, String done) {
    return List.of(
        leftover(schema, on, index),
        Piece.lasting(sql, on)
            .unless(Conditions.index(schema, index, true) + " or " + done)
            .noted(
                "no time-out: it waits for transactions that are older, and they need not wait for it"));
  }

  /// What a build that was cut short has left.
  static Piece leftover(String schema, String on, String index) {
    return Piece.lasting("DROP INDEX CONCURRENTLY IF EXISTS " + quoted(schema, index), on)
        .when(Conditions.index(schema, index, false))
        .noted("only where a build that was cut short has left one that is not valid");
  }

  private Piece attach(Partition partition) {
    boolean top = partition.parent() == table.oid();
    Partition above = top ? null : above(partition);
    String parent =
        above == null
            ? table.beside(name)
            : quoted(above.schema(), DerivedName.of(above.name(), name));
    String child = quoted(partition.schema(), DerivedName.of(partition.name(), name));
    return Piece.brief(
            "ALTER INDEX %s ATTACH PARTITION %s".formatted(parent, child),
            "ACCESS EXCLUSIVE on " + child,
            List.of(partition.quoted()))
        .unless(attached(partition));
  }

  private String attached(Partition partition) {
    if (partition.parent() == table.oid()) {
      return Conditions.attached(table.schema(), name, partition.oid());
    }
    Partition above = above(partition);
    return Conditions.attached(above.schema(), DerivedName.of(above.name(), name), partition.oid());
  }

  private Partition above(Partition partition) {
    return partitions.stream().filter(p -> p.oid() == partition.parent()).findFirst().orElseThrow();
  }

  List<Piece> back() {
    List<Piece> pieces = new ArrayList<>();
    if (!table.partitioned()) {
      pieces.add(drop(table.schema(), table.quoted(), name));
      return pieces;
    }
    pieces.add(
        Piece.exclusive("DROP INDEX IF EXISTS " + table.beside(name), table.quoted())
            .noted("and those attached to it"));
    for (Partition partition : partitions.reversed()) {
      String part = DerivedName.of(partition.name(), name);
      pieces.add(
          partition.leaf()
              ? drop(partition.schema(), partition.quoted(), part)
              : Piece.exclusive(
                  "DROP INDEX IF EXISTS " + quoted(partition.schema(), part), partition.quoted()));
    }
    return pieces;
  }

  static Piece drop(String schema, String on, String index) {
    return Piece.lasting("DROP INDEX CONCURRENTLY IF EXISTS " + quoted(schema, index), on)
        .when(Conditions.relation(schema, index));
  }

  String stands() {
    return "select " + Conditions.index(table.schema(), name, true);
  }
}
