package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.DropConstraint;
import dev.segue.change.SchemaOperation.When;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `drop-constraint`. Where it goes before the new version starts, its definition stays with the
/// effect, and the way back builds it again without blocking anybody.
record ConstraintDrop(DropConstraint operation) implements Undertaking {

  private static final String FOUND =
      """
      select k.contype::text, k.convalidated, pg_catalog.pg_get_constraintdef(k.oid) as definition,
        case when k.conindid <> 0 and k.contype in ('p', 'u', 'x')
          then pg_catalog.pg_get_indexdef(k.conindid) end as index,
        case when k.confrelid <> 0 then k.confrelid::regclass::text end as other,
        a.attname, pg_catalog.obj_description(k.oid, 'pg_constraint') as comment,
        coalesce(x.indisreplident or x.indisclustered, false) as marked,
        k.conparentid <> 0 or k.coninhcount > 0 as inherited, k.oid::int8 as oid, k.condeferrable,
        k.condeferred
      from pg_catalog.pg_constraint k
      left join pg_catalog.pg_index x on x.indexrelid = k.conindid and k.contype in ('p', 'u')
      left join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.conrelid = ?::int8::oid and k.conname = ?
      """;

  private record Found(
      String type,
      boolean valid,
      String definition,
      @Nullable String index,
      @Nullable String other,
      @Nullable String column,
      @Nullable String comment,
      boolean marked,
      boolean inherited,
      long oid,
      String deferral) {}

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journeys.at(
                operation.when(),
                "drop-constraint-%s-%s".formatted(operation.table(), operation.name()),
                "Constraint %s of %s ends to hold".formatted(operation.name(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    Found found = found(connection, table);
    if (found.inherited()) {
      throw Refusal.notPossible(
          operation.where().of("name"),
          "%s of %s comes from the table above it".formatted(operation.name(), table.quoted()),
          "Drop it there.");
    }
    List<String> relations = new ArrayList<>(List.of(table.quoted()));
    if (found.other() != null) {
      relations.add(found.other());
    }
    Piece drop =
        Piece.brief(
                "ALTER TABLE %s DROP CONSTRAINT %s"
                    .formatted(table.quoted(), quoted(operation.name())),
                "ACCESS EXCLUSIVE on " + String.join(" and ", relations),
                relations)
            .when(Conditions.constraint(table.oid(), operation.name()))
            .noted("catalogue only");
    List<Piece> back =
        operation.when() == When.CONTRACT ? List.of() : back(connection, table, found, relations);
    return new Course(
        List.of(drop), back, "select not " + Conditions.constraint(table.oid(), operation.name()));
  }

  private Found found(Connection connection, Relation table) throws SQLException {
    Optional<Found> found =
        Definitions.read(
                connection,
                FOUND,
                row ->
                    new Found(
                        row.getString("contype"),
                        row.getBoolean("convalidated"),
                        row.getString("definition"),
                        row.getString("index"),
                        row.getString("other"),
                        row.getString("attname"),
                        row.getString("comment"),
                        row.getBoolean("marked"),
                        row.getBoolean("inherited"),
                        row.getLong("oid"),
                        (row.getBoolean("condeferrable") ? " DEFERRABLE" : "")
                            + (row.getBoolean("condeferred") ? " INITIALLY DEFERRED" : "")),
                table.oid(),
                operation.name())
            .stream()
            .findFirst();
    if (found.isEmpty()) {
      List<String> names =
          Prompt.list(
              connection,
              "select conname from pg_catalog.pg_constraint where conrelid = ?::int8::oid",
              row -> row.getString(1),
              table.oid());
      throw Refusal.notPossible(
          operation.where().of("name"),
          "%s has no constraint %s%s"
              .formatted(
                  table.quoted(),
                  operation.name(),
                  Nearest.hint(Nearest.to(operation.name(), names))),
          null);
    }
    return found.get();
  }

  private List<Piece> back(
      Connection connection, Relation table, Found found, List<String> relations)
      throws SQLException {
    List<Piece> pieces =
        new ArrayList<>(
            switch (found.type()) {
              case "c" -> proved(table, found, "ACCESS EXCLUSIVE", relations);
              case "f" -> proved(table, found, "SHARE ROW EXCLUSIVE", relations);
              case "n" -> NotNull.of(connection, table, String.valueOf(found.column())).pieces();
              case "p", "u" -> rebuilt(table, found);
              default ->
                  List.of(
                      Piece.exclusive(added(table, found.definition()), table.quoted())
                          .unless(Conditions.constraint(table.oid(), operation.name()))
                          .noted("nobody reads or writes meanwhile, " + Weight.blocked(table)));
            });
    if (found.comment() != null) {
      pieces.add(
          Piece.brief(
              "COMMENT ON CONSTRAINT %s ON %s IS %s"
                  .formatted(
                      quoted(operation.name()),
                      table.quoted(),
                      Identifiers.literal(found.comment())),
              "SHARE UPDATE EXCLUSIVE on " + table.quoted(),
              List.of(table.quoted())));
    }
    return pieces;
  }

  private String added(Relation table, String definition) {
    return "ALTER TABLE %s ADD CONSTRAINT %s %s"
        .formatted(table.quoted(), quoted(operation.name()), definition);
  }

  private List<Piece> proved(Relation table, Found found, String lock, List<String> relations) {
    boolean says = found.definition().endsWith(" NOT VALID");
    List<Piece> pieces = new ArrayList<>();
    pieces.add(
        Piece.brief(
                added(table, found.definition() + (says ? "" : " NOT VALID")),
                lock + " on " + String.join(" and ", relations),
                relations)
            .unless(Conditions.constraint(table.oid(), operation.name())));
    if (found.valid()) {
      pieces.add(
          Piece.lasting(
                  "ALTER TABLE %s VALIDATE CONSTRAINT %s"
                      .formatted(table.quoted(), quoted(operation.name())),
                  table.quoted())
              .when(Conditions.pendingConstraint(table.oid(), operation.name())));
    }
    return pieces;
  }

  private List<Piece> rebuilt(Relation table, Found found) {
    if (table.partitioned() || found.marked()) {
      throw Refusal.notPossible(
          operation.where().of("when"),
          "the index of %s cannot be built again online: %s"
              .formatted(
                  operation.name(),
                  table.partitioned()
                      ? table.quoted() + " is partitioned"
                      : "the table's replica identity or clustering rests on it"),
          "Leave 'when' at contract.");
    }
    String sql =
        String.valueOf(found.index())
            .replaceFirst("^CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX CONCURRENTLY ");
    String there = Conditions.constraint(table.oid(), operation.name());
    List<Piece> pieces =
        new ArrayList<>(
            IndexBuild.build(table.schema(), table.quoted(), operation.name(), sql, there));
    pieces.add(
        Piece.exclusive(
                added(
                    table,
                    "%s USING INDEX %s%s"
                        .formatted(
                            found.type().equals("p") ? "PRIMARY KEY" : "UNIQUE",
                            quoted(operation.name()),
                            found.deferral())),
                table.quoted())
            .unless(there));
    return pieces;
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isEmpty()) {
      return;
    }
    inquiry.plotted(this::course);
    if (!inquiry.refused()) {
      Found found = found(inquiry.connection(), table.get());
      Dependants.refuse(
          inquiry,
          operation.at(),
          "constraint " + operation.name(),
          Dependants.of(inquiry.connection(), "pg_constraint", found.oid(), 0));
    }
  }
}
