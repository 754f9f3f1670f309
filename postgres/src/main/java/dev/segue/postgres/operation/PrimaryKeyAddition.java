package dev.segue.postgres.operation;

import static java.util.stream.Collectors.joining;

import dev.segue.change.SchemaOperation.AddPrimaryKey;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `add-primary-key`. Its columns come to refuse NULL first, without a scan under a lock.
record PrimaryKeyAddition(AddPrimaryKey operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    Journey journey =
        Journey.expanding(
            "add-primary-key-" + operation.table(),
            "%s becomes the primary key of %s"
                .formatted(String.join(", ", operation.columns()), operation.table()),
            this::course);
    return List.of(new JourneyStep(site, journey));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    Taken.constraint(connection, table, operation.name(), operation.where().of("name"));
    Refusal.whereTaken(
        connection,
        "exists (select from pg_catalog.pg_index where indrelid = %d and indisprimary)"
            .formatted(table.oid()),
        operation.at(),
        "a primary key of " + table.quoted());
    String columns =
        operation.columns().stream().map(Identifiers::quoted).collect(joining(", ", "(", ")"));
    ConstraintIndex key =
        new ConstraintIndex(
            table,
            table.partitions(connection),
            operation.name(),
            "PRIMARY KEY",
            columns,
            columns,
            "");
    List<Piece> there = new ArrayList<>();
    List<Piece> back = new ArrayList<>(key.back());
    for (String column : operation.columns()) {
      if (nullable(connection, table, column)) {
        there.addAll(NotNull.of(connection, table, column).pieces());
        back.add(
            Piece.exclusive(
                "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL"
                    .formatted(table.quoted(), Identifiers.quoted(column)),
                table.quoted()));
        back.addAll(NotNull.of(connection, table, column).leftovers());
      }
    }
    there.addAll(key.pieces());
    return new Course(there, back, key.stands());
  }

  private static boolean nullable(Connection connection, Relation table, String column)
      throws SQLException {
    return Prompt.texts(connection, "select " + Conditions.nullable(table.oid(), column))
        .contains("t");
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isEmpty()) {
      return;
    }
    for (String column : operation.columns()) {
      if (inquiry.column(operation.where().of("columns"), table.get(), operation.table(), column)) {
        Violations.count(
            inquiry,
            operation.at(),
            table.get(),
            Identifiers.quoted(column) + " is null",
            "rows of %s have no %s".formatted(table.get().quoted(), column));
      }
    }
    inquiry.plotted(this::course);
    Violations.duplicates(inquiry, operation.at(), table.get(), operation.columns(), false);
  }
}
