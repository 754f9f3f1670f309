package dev.segue.change;

import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// The text of a change file, and where things stand in it.
final class Source {

  private static final int EXCERPT = 80;

  private final String file;
  private final List<String> lines;

  Source(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  Place start() {
    return new Place(file, 1, 1);
  }

  Place place(Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  Place place(Node node) {
    return node.getStartMark().map(this::place).orElseGet(this::start);
  }

  /// Where the n-th character of the file stands.
  Place placeOfCodePoint(int index) {
    int rest = index;
    for (int i = 0; i < lines.size(); i++) {
      int length = codePoints(lines.get(i));
      if (rest <= length) {
        return new Place(file, i + 1, rest + 1);
      }
      rest -= length + 1;
    }
    return start();
  }

  /// Where the n-th character of a scalar's value stands; exact for a value on one line without
  /// escapes, else the value's beginning.
  Place inside(ScalarNode node, int offset) {
    Place start = place(node);
    if (node.getScalarStyle() == ScalarStyle.LITERAL
        || node.getScalarStyle() == ScalarStyle.FOLDED) {
      return firstLineAfter(start);
    }
    int quote = node.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1;
    boolean oneLine =
        node.getStartMark().map(Mark::getLine).equals(node.getEndMark().map(Mark::getLine));
    return new Place(file, start.line(), start.column() + quote + (oneLine ? offset : 0));
  }

  private Place firstLineAfter(Place start) {
    for (int i = start.line(); i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank()) {
        return new Place(file, i + 1, line.length() - line.stripLeading().length() + 1);
      }
    }
    return start;
  }

  /// What stands there, short enough for a message and with passwords hidden.
  String excerpt(Node node) {
    return node instanceof ScalarNode scalar ? excerpt(scalar.getValue()) : excerpt(place(node));
  }

  /// The rest of the line; all of it where it holds a password, lest half of that remain.
  String excerpt(Place at) {
    String line = at.line() <= lines.size() ? lines.get(at.line() - 1) : "";
    if (!Redaction.of(line).equals(line)) {
      return excerpt(line);
    }
    int from = line.offsetByCodePoints(0, Math.min(at.column() - 1, codePoints(line)));
    return excerpt(line.substring(from));
  }

  static String excerpt(String text) {
    // Control characters could be written to steer the terminal.
    String line =
        Redaction.of(text)
            .strip()
            .lines()
            .findFirst()
            .orElse("")
            .replaceAll("\\p{Cntrl}", "\uFFFD");
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "…";
  }

  private static int codePoints(String line) {
    return line.codePointCount(0, line.length());
  }
}
