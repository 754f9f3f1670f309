package dev.segue.postgres.columns;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The text of the function that keeps a table's columns in step. It tells who has written by what
/// has changed, never by who writes.
final class TriggerFunction {

  private TriggerFunction() {}

  /// @param name as SQL names it
  static String text(String name, List<Link> links, List<Fill> fills) {
    List<String> parts = new ArrayList<>();
    fills.stream().map(Fill::trigger).filter(Objects::nonNull).forEach(parts::add);
    order(links).forEach(link -> parts.add(link.derives() ? derived(link) : inStep(link)));
    String body =
        parts.stream().flatMap(String::lines).map(line -> "  " + line + "\n").collect(joining());
    return """
    CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
    BEGIN
    %s  RETURN new;
    END
    $segue$\
    """
        .formatted(name, body);
  }

  /// What the old version writes goes along a chain of links in their order, what the new one
  /// writes against it.
  private static List<Link> order(List<Link> links) {
    List<Link> all = new ArrayList<>(links);
    for (int i = links.size() - 2; i >= 0; i--) {
      Link link = links.get(i);
      if (links.subList(i + 1, links.size()).stream().anyMatch(link::touches)) {
        all.add(link);
      }
    }
    return all;
  }

  private static String inStep(Link link) {
    return """
    IF tg_op = 'INSERT' THEN
      IF %1$s THEN
        IF %2$s THEN
          %3$s
        ELSE
          %4$s
        END IF;
      END IF;
    ELSIF %5$s AND %6$s THEN
      %3$s
    ELSIF %7$s OR %1$s THEN
      %4$s
    END IF;
    """
        .formatted(
            link.off("new."),
            link.newsGiven(),
            assigned(link.olds()),
            assigned(link.news()),
            link.newsChanged(),
            link.newsOff("new."),
            link.oldsChanged());
  }

  /// A new column that stands for nothing old follows what it is derived from until somebody writes
  /// it.
  private static String derived(Link link) {
    String ups = assigned(link.news());
    String followed = link.newsChanged() + " OR " + link.newsOff("old.");
    String inputs =
        link.inputs().stream()
            .map(column -> "new.%1$s::text IS DISTINCT FROM old.%1$s::text".formatted(column))
            .collect(joining(" OR "));
    List<String> whens = new ArrayList<>();
    if (!inputs.isEmpty()) {
      whens.add("((" + inputs + ") AND NOT (" + followed + "))");
    }
    String missing = link.missing("new.");
    if (!missing.isEmpty()) {
      whens.add(missing);
    }
    String update =
        whens.isEmpty() ? "" : "ELSIF %s THEN\n  %s\n".formatted(String.join(" OR ", whens), ups);
    return """
    IF tg_op = 'INSERT' THEN
      IF NOT %s THEN
        %s
      END IF;
    %sEND IF;
    """
        .formatted(link.newsGiven(), ups, update);
  }

  private static String assigned(List<Side> sides) {
    return sides.stream().map(Side::assigned).collect(joining(" "));
  }
}
