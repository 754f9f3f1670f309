package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.conductor.Statement;
import dev.segue.postgres.columns.Table.Index;
import dev.segue.postgres.columns.Table.Part;
import dev.segue.postgres.sql.Identifiers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// In which pieces the indexes of the new columns are built. A partitioned table's index is made
/// empty, built on each partition, and put together.
final class IndexBuild {

  private IndexBuild() {}

  /// @param name of the index, as SQL names it
  /// @param table as SQL names it
  /// @param attach what makes it a part of its parent's; null: it stands alone
  record Piece(
      String name, String table, String create, boolean concurrent, @Nullable String attach) {

    String purpose() {
      return "building " + name;
    }

    Statement shown() {
      String sql = attach == null ? create : create + "; " + attach;
      return concurrent
          ? new Statement(
              sql,
              "SHARE UPDATE EXCLUSIVE on " + table,
              "reads and writes go on; it waits for transactions older than itself")
          : new Statement(sql, "SHARE on " + table, "an empty frame for its partitions' indexes");
    }
  }

  static List<Piece> of(Design design) {
    List<Piece> pieces = new ArrayList<>();
    design.indexes().forEach((index, method) -> add(pieces, design.table(), index, method));
    return List.copyOf(pieces);
  }

  private static void add(List<Piece> pieces, Table table, Index index, String method) {
    String unique = index.unique() ? "UNIQUE " : "";
    if (!table.partitioned()) {
      pieces.add(concurrent(unique, table.schema(), index.copy(), table.name(), method, null));
      return;
    }
    // A constraint finds its partitions' by itself, with the contract.
    boolean frame = index.constraint() == null;
    if (frame) {
      pieces.add(frame(unique, table.schema(), index.copy(), table.name(), method, null));
    }
    for (Part part : index.parts()) {
      String attach = frame ? attach(table.schema(), part) : null;
      if (!part.partitioned()) {
        pieces.add(
            concurrent(unique, part.schema(), part.copy(), part.tableName(), method, attach));
      } else if (frame) {
        pieces.add(frame(unique, part.schema(), part.copy(), part.tableName(), method, attach));
      }
    }
  }

  private static Piece concurrent(
      String unique,
      String schema,
      String name,
      String table,
      String method,
      @Nullable String attach) {
    return new Piece(
        quoted(schema, name),
        table,
        "CREATE %sINDEX CONCURRENTLY %s ON %s USING %s"
            .formatted(unique, quoted(name), table, method),
        true,
        attach);
  }

  private static Piece frame(
      String unique,
      String schema,
      String name,
      String table,
      String method,
      @Nullable String attach) {
    return new Piece(
        quoted(schema, name),
        table,
        "CREATE %sINDEX %s ON ONLY %s USING %s".formatted(unique, quoted(name), table, method),
        false,
        attach);
  }

  /// @param schema of the whole table; a partition elsewhere has its own
  private static String attach(String schema, Part part) {
    return "ALTER INDEX %s ATTACH PARTITION %s"
        .formatted(
            quoted(schema, Identifiers.aside(part.parent())), quoted(part.schema(), part.copy()));
  }
}
