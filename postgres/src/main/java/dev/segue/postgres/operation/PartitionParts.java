package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.postgres.online.Piece;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Indexes and foreign keys that a partition must have, and how they come to be without blocking
/// anybody.
///
/// @param made builds those that are missing
/// @param gone takes these away again
record PartitionParts(List<Piece> made, List<Piece> gone) {

  private static final String INDEXES =
      """
      select c.relname, x.indisunique, k.contype::text,
        substring(pg_catalog.pg_get_indexdef(x.indexrelid) from ' USING .*$') as body,
        coalesce(case when k.condeferrable then ' DEFERRABLE' else '' end
          || case when k.condeferred then ' INITIALLY DEFERRED' else '' end, '') as tail
      from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid
      left join pg_catalog.pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u')
      where x.indrelid = ?::int8::oid and x.indisvalid order by c.oid
      """;

  private static final String KEYS =
      """
      select k.conname, pg_catalog.pg_get_constraintdef(k.oid) as definition,
        k.confrelid::regclass::text as other
      from pg_catalog.pg_constraint k
      where k.conrelid = ?::int8::oid and k.contype = 'f' order by k.oid
      """;

  PartitionParts {
    made = List.copyOf(made);
    gone = List.copyOf(gone);
  }

  private record Found(
      String name, boolean unique, @Nullable String constraint, String body, String tail) {

    boolean serves(Found wanted) {
      return body.equals(wanted.body)
          && unique == wanted.unique
          && (wanted.constraint == null || wanted.constraint.equals(constraint));
    }
  }

  private record Key(String name, String definition, String other) {}

  static PartitionParts missing(Connection connection, Relation table, Relation part)
      throws SQLException {
    List<Piece> made = new ArrayList<>();
    List<Piece> gone = new ArrayList<>();
    List<Found> there = indexes(connection, part);
    for (Found wanted : indexes(connection, table)) {
      if (there.stream().noneMatch(own -> own.serves(wanted))) {
        String name = DerivedName.of(part.name(), wanted.name());
        made.addAll(index(part, name, wanted));
        if (wanted.constraint() != null) {
          gone.add(drop(part, name));
        }
        gone.add(IndexBuild.drop(part.schema(), part.quoted(), name));
      }
    }
    List<Key> keys = keys(connection, part);
    for (Key wanted : keys(connection, table)) {
      if (keys.stream().noneMatch(own -> own.definition().equals(wanted.definition()))) {
        made.addAll(key(part, wanted));
        gone.add(drop(part, wanted.name()));
      }
    }
    return new PartitionParts(made, gone);
  }

  private static List<Found> indexes(Connection connection, Relation table) throws SQLException {
    return Definitions.read(
        connection,
        INDEXES,
        row ->
            new Found(
                row.getString("relname"),
                row.getBoolean("indisunique"),
                row.getString("contype"),
                row.getString("body"),
                row.getString("tail")),
        table.oid());
  }

  private static List<Key> keys(Connection connection, Relation table) throws SQLException {
    return Definitions.read(
        connection,
        KEYS,
        row ->
            new Key(row.getString("conname"), row.getString("definition"), row.getString("other")),
        table.oid());
  }

  private static List<Piece> index(Relation part, String name, Found wanted) {
    String sql =
        "CREATE %sINDEX CONCURRENTLY %s ON %s%s"
            .formatted(
                wanted.unique() ? "UNIQUE " : "", quoted(name), part.quoted(), wanted.body());
    List<Piece> pieces =
        new ArrayList<>(IndexBuild.build(part.schema(), part.quoted(), name, sql, "false"));
    if (wanted.constraint() != null) {
      pieces.add(
          Piece.exclusive(
                  "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s"
                      .formatted(
                          part.quoted(),
                          quoted(name),
                          wanted.constraint().equals("p") ? "PRIMARY KEY" : "UNIQUE",
                          quoted(name),
                          wanted.tail()),
                  part.quoted())
              .unless(Conditions.constraint(part.oid(), name)));
    }
    return pieces;
  }

  private static List<Piece> key(Relation part, Key wanted) {
    List<String> relations = List.of(part.quoted(), wanted.other());
    return List.of(
        Piece.brief(
                "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID"
                    .formatted(part.quoted(), quoted(wanted.name()), wanted.definition()),
                "SHARE ROW EXCLUSIVE on " + String.join(" and ", relations),
                relations)
            .unless(Conditions.constraint(part.oid(), wanted.name())),
        Piece.lasting(
                "ALTER TABLE %s VALIDATE CONSTRAINT %s"
                    .formatted(part.quoted(), quoted(wanted.name())),
                part.quoted())
            .when(Conditions.pendingConstraint(part.oid(), wanted.name())));
  }

  private static Piece drop(Relation part, String constraint) {
    return Piece.exclusive(
        "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s".formatted(part.quoted(), quoted(constraint)),
        part.quoted());
  }
}
