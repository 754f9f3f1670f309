package dev.segue.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows of cells in columns as wide as they must be. Text that is cut ends with `…`.
final class Table {

  private static final int WIDEST = 60;

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> right;

  /// @param numbers for each column, whether it holds numbers, which stand at its right
  Table(boolean... numbers) {
    List<Boolean> all = new ArrayList<>();
    for (boolean number : numbers) {
      all.add(number);
    }
    this.right = List.copyOf(all);
  }

  Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int width = width(i);
        String cell = cut(row.get(i));
        String blanks = " ".repeat(width - cell.length());
        line.append("  ").append(right.get(i) ? blanks + cell : cell + blanks);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> cut(row.get(column)).length()).max().orElse(0);
  }

  private static String cut(String text) {
    String one = text.replaceAll("\\p{Cntrl}+", " ");
    return one.length() <= WIDEST ? one : one.substring(0, WIDEST - 1) + "…";
  }
}
