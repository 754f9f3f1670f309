package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;
import static java.util.stream.Collectors.joining;

import dev.segue.conductor.Statement;
import dev.segue.postgres.columns.Table.Column;
import dev.segue.postgres.columns.Table.Constraint;
import dev.segue.postgres.columns.Table.Index;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.sql.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The transaction that leaves only the new columns, with everything under the names it had. No row
/// is read: the checks that were proved before stand for NOT NULL, the indexes are built.
final class Contraction {

  private final Design design;
  private final Table table;
  private final List<Statement> all = new ArrayList<>();

  private Contraction(Design design) {
    this.design = design;
    this.table = design.table();
  }

  static Script of(Design design) {
    Contraction contraction = new Contraction(design);
    contraction.write();
    return Script.forGood(design.relations(), contraction.all);
  }

  /// Whether the contract leaves anything other than it is while both versions live.
  static boolean isNeeded(Design design) {
    return design.hasTrigger()
        || !design.leaving().isEmpty()
        || design.made().stream().anyMatch(column -> column.identity() != null);
  }

  private void write() {
    all.add(
        new Statement(
            "LOCK TABLE " + table.name() + " IN ACCESS EXCLUSIVE MODE",
            "ACCESS EXCLUSIVE on " + table.name(),
            "catalogue only from here on"));
    if (design.hasTrigger()) {
      send("DROP TRIGGER %s ON %s".formatted(Table.TRIGGER, table.name()));
      send("DROP FUNCTION " + table.function() + "()");
    }
    design.made().forEach(this::numbersMoveOver);
    if (!design.leaving().isEmpty()) {
      alter(design.leaving().stream().map(c -> "DROP COLUMN " + quoted(c)).collect(joining(", ")));
    }
    staying()
        .filter(NewColumn::takesName)
        .forEach(
            c -> alter("RENAME COLUMN %s TO %s".formatted(c.column().quoted(), quoted(c.last()))));
    staying().forEach(this::numbersAreNamed);
    notNull();
    staying().forEach(this::comesToItsEnd);
    design.indexes().keySet().forEach(this::index);
    design.constraints().keySet().forEach(this::constraint);
  }

  /// Those that are no mere stage on another's way.
  private Stream<NewColumn> staying() {
    return design.made().stream().filter(c -> !design.leaving().contains(c.name()));
  }

  /// What an old column numbered its rows with must not go with it.
  private void numbersMoveOver(NewColumn column) {
    Column old = column.like();
    if (old == null || old.sequence() == null || design.leaving().contains(column.name())) {
      return;
    }
    String name = column.column().quoted();
    if (old.identity() == null) {
      send("ALTER SEQUENCE %s OWNED BY %s.%s".formatted(old.sequence(), table.name(), name));
      return;
    }
    // The old column's constraint still has the name.
    alter(
        old.notNullName() == null
            ? "ALTER COLUMN " + name + " SET NOT NULL"
            : "ADD CONSTRAINT %s NOT NULL %s"
                .formatted(quoted(Identifiers.aside(old.notNullName())), name));
    alter(
        "ALTER COLUMN %s ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s %s)"
            .formatted(name, old.identity(), aside(column), old.sequenceOptions()));
    send(
        "SELECT pg_catalog.setval(%s, last_value, is_called) FROM %s"
            .formatted(literal(aside(column)), old.sequence()));
  }

  private void numbersAreNamed(NewColumn column) {
    Column old = column.like();
    if (old != null && old.sequence() != null && old.identity() != null) {
      String sequence = old.sequence();
      send(
          "ALTER SEQUENCE %s RENAME TO %s"
              .formatted(aside(column), sequence.substring(sequence.indexOf('.') + 1)));
    }
  }

  private String aside(NewColumn column) {
    return quoted(table.schema(), Identifiers.aside(table.table() + "_" + column.last() + "_seq"));
  }

  private void notNull() {
    for (String column : design.required()) {
      if (!design.leaving().contains(column)) {
        design.made().stream()
            .filter(made -> made.name().equals(column))
            .findFirst()
            .ifPresentOrElse(
                made -> notNull(made.last(), made.like()), () -> notNull(column, null));
        alter("DROP CONSTRAINT " + quoted(table.notNullCheck(column)));
      }
    }
  }

  private void notNull(String column, @Nullable Column old) {
    String name = old == null ? null : old.notNullName();
    if (old == null || name == null) {
      alter("ALTER COLUMN " + quoted(column) + " SET NOT NULL");
    } else if (old.identity() == null) {
      alter("ADD CONSTRAINT %s NOT NULL %s".formatted(quoted(name), quoted(column)));
    } else {
      alter("RENAME CONSTRAINT %s TO %s".formatted(quoted(Identifiers.aside(name)), quoted(name)));
    }
  }

  private void comesToItsEnd(NewColumn column) {
    String name = quoted(column.last());
    if (column.lastFallback() != null && !column.lastFallback().equals(column.fallback())) {
      alter("ALTER COLUMN %s SET DEFAULT %s".formatted(name, column.lastFallback()));
    }
    if (column.identity() != null) {
      String sequence = quoted(table.schema(), table.table() + "_" + column.last() + "_seq");
      alter("ALTER COLUMN " + name + " DROP DEFAULT");
      alter(
          "ALTER COLUMN %s ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s)"
              .formatted(name, column.identity(), sequence));
      send(
          "SELECT pg_catalog.setval(%s, last_value, is_called) FROM %s"
              .formatted(literal(sequence), column.sequence(table)));
      send("DROP SEQUENCE " + column.sequence(table));
    }
  }

  private void index(Index index) {
    if (index.constraint() != null) {
      // A partitioned table cannot take an index over: its partitions do, and are found by it.
      index.parts().stream()
          .filter(part -> !part.partitioned())
          .forEach(part ->
              send(
                  "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s"
                      .formatted(
                          part.tableName(),
                          quoted(part.name()),
                          index.constraint(),
                          quoted(part.copy()))));
      alter("ADD CONSTRAINT " + quoted(index.name()) + " " + constraint(index));
    } else {
      rename(table.schema(), index.copy(), index.name());
      index.parts().forEach(part -> rename(part.schema(), part.copy(), part.name()));
    }
    if (index.comment() != null) {
      send(
          "COMMENT ON INDEX %s IS %s"
              .formatted(quoted(table.schema(), index.name()), literal(index.comment())));
    }
    if (index.constraintComment() != null) {
      comment(index.name(), index.constraintComment());
    }
    if (index.replicaIdentity()) {
      alter("REPLICA IDENTITY USING INDEX " + quoted(index.name()));
    }
    if (index.clustered()) {
      alter("CLUSTER ON " + quoted(index.name()));
    }
  }

  private String constraint(Index index) {
    return table.partitioned()
        ? "%s (%s)%s"
            .formatted(
                index.constraint(),
                index.keys().stream().map(this::lastName).collect(joining(", ")),
                index.deferrable())
        : "%s USING INDEX %s%s"
            .formatted(index.constraint(), quoted(index.copy()), index.deferrable());
  }

  private String lastName(String key) {
    return staying()
        .filter(made -> made.like() != null && made.like().name().equals(key))
        .findFirst()
        .map(made -> quoted(made.last()))
        .orElse(quoted(key));
  }

  private void rename(String schema, String from, String to) {
    send("ALTER INDEX %s RENAME TO %s".formatted(quoted(schema, from), quoted(to)));
  }

  private void constraint(Constraint constraint) {
    alter(
        "RENAME CONSTRAINT %s TO %s"
            .formatted(quoted(constraint.copy()), quoted(constraint.name())));
    if (constraint.comment() != null) {
      comment(constraint.name(), constraint.comment());
    }
  }

  private void comment(String constraint, String comment) {
    send(
        "COMMENT ON CONSTRAINT %s ON %s IS %s"
            .formatted(quoted(constraint), table.name(), literal(comment)));
  }

  private void alter(String what) {
    send("ALTER TABLE " + table.name() + " " + what);
  }

  private void send(String sql) {
    all.add(new Statement(sql, null, null));
  }
}
