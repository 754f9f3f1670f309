package dev.segue.postgres.columns;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Columns that say the same in an old and a new way.
///
/// @param olds none for a new column that is merely derived
/// @param news at least one
/// @param inputs columns, as SQL names them, that the new ones are derived from
record Link(List<Side> olds, List<Side> news, List<String> inputs) {

  Link {
    olds = List.copyOf(olds);
    news = List.copyOf(news);
    inputs = List.copyOf(inputs);
  }

  boolean derives() {
    return olds.isEmpty();
  }

  /// New columns that are not what the old ones say.
  String newsOff(String row) {
    return any(news, side -> side.off(row));
  }

  /// Neither side is what the other says. A new column that refuses NULL must not be.
  String off(String row) {
    return newsOff(row) + " AND (" + oldsOff(row) + ")";
  }

  private String oldsOff(String row) {
    String olds = any(this.olds, side -> side.off(row));
    String missing = missing(row);
    return missing.isEmpty() ? olds : olds + " OR " + missing;
  }

  /// New columns that are NULL and must not be; empty where there are none.
  String missing(String row) {
    return news.stream()
        .filter(Side::required)
        .map(side -> row + side.column() + " IS NULL")
        .collect(joining(" OR "));
  }

  /// A row that nobody has copied yet. After the copying, a new version may write NULL.
  String uncopied(String row) {
    String untouched =
        news.stream().map(side -> row + side.column() + " IS NULL").collect(joining(" AND "));
    if (derives()) {
      return untouched + " AND " + any(news, side -> "(" + side.value().on(row) + ") IS NOT NULL");
    }
    return "%s AND ((%s) OR %s)".formatted(newsOff(row), untouched, oldsOff(row));
  }

  /// The new columns say what cannot be had from the old ones.
  String beyond() {
    return newsOff("") + " AND " + any(news, side -> side.column() + " IS NOT NULL");
  }

  String newsChanged() {
    return any(news, Side::changed);
  }

  String oldsChanged() {
    return any(olds, Side::changed);
  }

  String newsGiven() {
    return any(news, Side::given);
  }

  /// Whether both have a column in common.
  boolean touches(Link other) {
    return columns().stream().anyMatch(other.columns()::contains);
  }

  List<String> columns() {
    return Stream.concat(olds.stream(), news.stream()).map(Side::column).toList();
  }

  private static String any(List<Side> sides, Function<Side, String> condition) {
    return sides.size() == 1
        ? "(" + condition.apply(sides.getFirst()) + ")"
        : sides.stream().map(condition).collect(joining(" OR ", "(", ")"));
  }
}
