package dev.segue.postgres.columns;

import static java.util.stream.Collectors.joining;

import dev.segue.postgres.backfill.Comparison;
import dev.segue.postgres.backfill.Copying;
import dev.segue.postgres.backfill.Copying.Assignment;
import dev.segue.postgres.columns.Table.Constraint;
import dev.segue.postgres.columns.Table.Index;
import dev.segue.postgres.sql.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// How a table comes from its old columns to its new ones.
///
/// @param types statements that make new types, by the type's name
/// @param leaving columns that go with the contract
/// @param indexes copies for the new columns, by what they are copies of
/// @param constraints checks and foreign keys likewise
record Design(
    Table table,
    Map<String, String> types,
    List<NewColumn> made,
    List<Link> links,
    List<Fill> fills,
    List<String> leaving,
    Map<Index, String> indexes,
    Map<Constraint, String> constraints) {

  Design {
    types = new LinkedHashMap<>(types);
    made = List.copyOf(made);
    links = List.copyOf(links);
    fills = List.copyOf(fills);
    leaving = List.copyOf(leaving);
    indexes = new LinkedHashMap<>(indexes);
    constraints = new LinkedHashMap<>(constraints);
  }

  boolean hasTrigger() {
    return !links.isEmpty() || fills.stream().anyMatch(fill -> fill.trigger() != null);
  }

  /// Columns that must refuse NULL, by the name they have now.
  List<String> required() {
    Set<String> all = new LinkedHashSet<>();
    made.stream().filter(NewColumn::required).map(NewColumn::name).forEach(all::add);
    fills.stream().filter(Fill::required).map(Fill::name).forEach(all::add);
    return List.copyOf(all);
  }

  /// Whether rows that are there must be written.
  boolean copies() {
    return !links.isEmpty() || fills.stream().anyMatch(Fill::copied);
  }

  /// Whether there is anything to compare.
  boolean compares() {
    return !links.isEmpty() || !required().isEmpty();
  }

  Copying copying() {
    List<String> todo = new ArrayList<>();
    List<Assignment> set = new ArrayList<>();
    Map<String, Expression> known = new LinkedHashMap<>();
    boolean alone = links.size() + fills.stream().filter(Fill::copied).count() == 1;
    for (Link link : links) {
      todo.add("(" + link.uncopied() + ")");
      for (Side side : link.news()) {
        // What an earlier link sets is not there yet for the later one.
        Expression value = side.value();
        for (Map.Entry<String, Expression> before : known.entrySet()) {
          value = value.with(before.getKey(), before.getValue());
        }
        known.put(side.column(), value);
        set.add(assignment(side.column(), value, link.uncopied(), alone));
      }
    }
    for (Fill fill : fills) {
      if (fill.copied()) {
        todo.add("(" + fill.uncopied() + ")");
        set.add(assignment(fill.column(), fill.value(), fill.column() + " IS NULL", alone));
      }
    }
    return new Copying(table.name(), set, todo.isEmpty() ? "false" : String.join(" OR ", todo));
  }

  /// A row may be there for another column's sake.
  private static Assignment assignment(
      String column, Expression value, String todo, boolean alone) {
    String sql = value.on("");
    return new Assignment(
        column, alone ? sql : "CASE WHEN %s THEN %s ELSE %s END".formatted(todo, sql, column));
  }

  /// @param last whether the new version has written meanwhile: what it leaves NULL is right
  Comparison comparison(boolean last) {
    List<String> differs = new ArrayList<>();
    Set<String> shown = new LinkedHashSet<>();
    for (Link link : links) {
      if (!link.derives()) {
        differs.add("(" + link.off("") + ")");
        shown.addAll(link.columns());
      } else if (!last) {
        differs.add("(" + link.uncopied() + ")");
        shown.addAll(link.columns());
      }
    }
    for (String column : required()) {
      differs.add(Identifiers.quoted(column) + " IS NULL");
      shown.add(Identifiers.quoted(column));
    }
    return new Comparison(
        table.name(),
        differs.isEmpty() ? "false" : String.join(" OR ", differs),
        List.copyOf(shown));
  }

  /// Tables whose locks are in question.
  List<String> relations() {
    return Stream.concat(
            Stream.of(table.name()),
            constraints.keySet().stream().flatMap(c -> Stream.ofNullable(c.referenced())))
        .distinct()
        .toList();
  }

  /// For people: `a, b`.
  static String names(List<String> columns) {
    return columns.stream().map(Identifiers::quoted).collect(joining(", "));
  }
}
