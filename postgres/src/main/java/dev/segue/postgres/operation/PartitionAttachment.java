package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.AttachPartition;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `attach-partition`. What PostgreSQL would look for or build under a lock is there before: a
/// check that proves the bounds, the indexes, the foreign keys.
record PartitionAttachment(AttachPartition operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.expanding(
                "attach-partition-" + operation.partition(),
                "Attach %s to %s".formatted(operation.partition(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.required(connection, operation.table(), operation.at());
    if (!table.partitioned()) {
      throw Refusal.notPossible(operation.at(), table.quoted() + " is not partitioned", null);
    }
    Relation part = Relation.table(connection, operation.partition());
    Refusal.whereTaken(
        connection,
        Conditions.partitionOf(part.oid(), table.oid()),
        operation.where().of("partition"),
        "%s as a partition of %s".formatted(part.quoted(), table.quoted()));
    String check = DerivedName.passing(part.name(), "bounds");
    Optional<String> bounds = PartitionBounds.of(connection, table, operation.bound());
    PartitionParts parts = PartitionParts.missing(connection, table, part);
    List<Piece> there = new ArrayList<>();
    bounds.ifPresent(condition -> there.addAll(proof(part, check, condition)));
    there.addAll(parts.made());
    String attached = Conditions.partitionOf(part.oid(), table.oid());
    there.add(
        Piece.brief(
                "ALTER TABLE %s ATTACH PARTITION %s %s"
                        .formatted(table.quoted(), part.quoted(), operation.bound().strip())
                    + (bounds.isEmpty() ? "" : "; " + drop(part, check)),
                "SHARE UPDATE EXCLUSIVE on %s, ACCESS EXCLUSIVE on %s"
                    .formatted(table.quoted(), part.quoted()),
                List.of(table.quoted(), part.quoted()))
            .unless(attached)
            .noted("catalogue only: the check proves the bounds"));
    return new Course(there, back(table, part, check, parts, attached), "select " + attached);
  }

  private static List<Piece> back(
      Relation table, Relation part, String check, PartitionParts parts, String attached) {
    List<Piece> back = new ArrayList<>();
    back.add(
        Piece.brief(
                "ALTER TABLE %s DETACH PARTITION %s".formatted(table.quoted(), part.quoted()),
                "ACCESS EXCLUSIVE on %s and %s".formatted(table.quoted(), part.quoted()),
                List.of(table.quoted(), part.quoted()))
            .when(attached));
    back.addAll(parts.gone());
    back.add(
        Piece.exclusive(drop(part, check), part.quoted())
            .when(Conditions.constraint(part.oid(), check)));
    return back;
  }

  private static List<Piece> proof(Relation part, String check, String condition) {
    return List.of(
        Piece.exclusive(
                "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID"
                    .formatted(part.quoted(), quoted(check), condition),
                part.quoted())
            .unless(Conditions.constraint(part.oid(), check))
            .noted("catalogue only"),
        Piece.lasting(
                "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(part.quoted(), quoted(check)),
                part.quoted())
            .when(Conditions.pendingConstraint(part.oid(), check)));
  }

  private static String drop(Relation part, String check) {
    return "ALTER TABLE %s DROP CONSTRAINT %s".formatted(part.quoted(), quoted(check));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    Optional<Relation> part =
        inquiry.table(operation.where().of("partition"), operation.partition());
    if (table.isEmpty()) {
      return;
    }
    inquiry.plotted(this::course);
    if (part.isPresent()) {
      fits(inquiry, table.get(), part.get());
    }
    byDefault(inquiry, table.get());
  }

  /// Columns and checks that the table has and the partition must have, too.
  private void fits(Inquiry inquiry, Relation table, Relation part) throws SQLException {
    List<String> missing =
        Prompt.list(
            inquiry.connection(),
            """
            select pg_catalog.format('column %s %s%s', a.attname,
              pg_catalog.format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then ' NOT NULL' else '' end)
            from pg_catalog.pg_attribute a
            where a.attrelid = ?::int8::oid and a.attnum > 0 and not a.attisdropped
              and not exists (select from pg_catalog.pg_attribute b
                where b.attrelid = ?::int8::oid and b.attname = a.attname and not b.attisdropped
                  and b.atttypid = a.atttypid and b.atttypmod = a.atttypmod
                  and b.attcollation = a.attcollation and (b.attnotnull or not a.attnotnull))
            union all
            select 'check ' || k.conname from pg_catalog.pg_constraint k
            where k.conrelid = ?::int8::oid and k.contype = 'c' and not k.connoinherit
              and not exists (select from pg_catalog.pg_constraint o
                where o.conrelid = ?::int8::oid and o.contype = 'c' and o.conname = k.conname
                  and o.convalidated)
            """,
            row -> row.getString(1),
            table.oid(),
            part.oid(),
            table.oid(),
            part.oid());
    if (!missing.isEmpty()) {
      inquiry.refuse(
          operation.where().of("partition"),
          "%s does not have what %s has: %s"
              .formatted(part.quoted(), table.quoted(), String.join(", ", missing)),
          "Make it so first.");
    }
  }

  /// Rows of a default partition that belong to the new one are looked for under a lock.
  private void byDefault(Inquiry inquiry, Relation table) throws SQLException {
    List<String> names =
        Prompt.list(
            inquiry.connection(),
            """
            select n.nspname || '.' || c.relname from pg_catalog.pg_partitioned_table p
            join pg_catalog.pg_class c on c.oid = p.partdefid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where p.partrelid = ?::int8::oid
            """,
            row -> row.getString(1),
            table.oid());
    for (String name : names) {
      Optional<Relation> found = Relation.find(inquiry.connection(), name);
      if (found.isPresent()) {
        Weight.ask(inquiry, operation.at(), found.get(), "looking through the default partition");
      }
    }
  }
}
