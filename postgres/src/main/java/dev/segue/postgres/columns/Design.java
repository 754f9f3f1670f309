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
/// @param lost indexes and constraints that go with an old column
/// @param moody expressions whose value depends on more than the row
record Design(
    Table table,
    Map<String, String> types,
    List<NewColumn> made,
    List<Link> links,
    List<Fill> fills,
    List<String> leaving,
    Map<Index, String> indexes,
    Map<Constraint, String> constraints,
    List<String> lost,
    List<String> moody) {

  Design {
    types = new LinkedHashMap<>(types);
    made = List.copyOf(made);
    links = List.copyOf(links);
    fills = List.copyOf(fills);
    leaving = List.copyOf(leaving);
    indexes = new LinkedHashMap<>(indexes);
    constraints = new LinkedHashMap<>(constraints);
    lost = List.copyOf(lost);
    moody = List.copyOf(moody);
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
    Map<String, Expression> set = new LinkedHashMap<>();
    List<Fill> copied = fills.stream().filter(Fill::copied).toList();
    boolean alone = links.size() + copied.size() == 1;
    // As in the trigger, a column is filled before another one follows it.
    copied.stream().filter(this::isFollowed).forEach(fill -> fill(fill, todo, set, alone));
    for (Link link : links) {
      Map<String, Expression> before = Map.copyOf(set);
      Expression uncopied = after(before, link.uncopied(Expression.MARK + "."));
      todo.add(uncopied.on(""));
      for (Side side : link.news()) {
        Expression value = after(before, side.value().text());
        set.put(side.column(), alone ? value : given(uncopied, value, side.column(), before));
      }
    }
    copied.stream().filter(fill -> !isFollowed(fill)).forEach(fill -> fill(fill, todo, set, alone));
    List<Assignment> assignments =
        set.entrySet().stream().map(s -> new Assignment(s.getKey(), s.getValue().on(""))).toList();
    String any = todo.stream().map(one -> "(" + one + ")").collect(joining(" OR "));
    return new Copying(table.name(), assignments, any.isEmpty() ? "false" : any);
  }

  /// Whether another column is made of what it is filled with.
  private boolean isFollowed(Fill fill) {
    return fill.repeatable()
        && links.stream()
            .flatMap(link -> link.olds().stream())
            .anyMatch(side -> side.column().equals(fill.column()));
  }

  private static void fill(
      Fill fill, List<String> todo, Map<String, Expression> set, boolean alone) {
    Map<String, Expression> before = Map.copyOf(set);
    Expression uncopied = after(before, fill.uncopied(Expression.MARK + "."));
    Expression value = after(before, fill.value().text());
    todo.add(uncopied.on(""));
    set.put(fill.column(), alone ? value : given(uncopied, value, fill.column(), before));
  }

  /// What an earlier link of a chain sets is not yet there for the later ones.
  private static Expression after(Map<String, Expression> set, String text) {
    Expression expression = new Expression(text);
    for (Map.Entry<String, Expression> one : set.entrySet()) {
      expression = expression.with(one.getKey(), one.getValue());
    }
    return expression;
  }

  /// A row may be written for another column's sake.
  private static Expression given(
      Expression uncopied, Expression value, String column, Map<String, Expression> before) {
    Expression as = before.getOrDefault(column, new Expression(Expression.MARK + "." + column));
    return new Expression(
        "CASE WHEN %s THEN %s ELSE %s END".formatted(uncopied.text(), value.text(), as.text()));
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
        differs.add("(" + link.uncopied("") + ")");
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
