package dev.segue.postgres.rehearsal;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SQL files, cut into statements at semicolons that stand outside quotes, dollar quotes and
/// comments (PostgreSQL, "Lexical Structure"). Comments before a statement are dropped.
final class StatementFile {

  private final String text;
  private int at;

  private StatementFile(String text) {
    this.text = text;
  }

  /// @param line where it begins, from 1
  record Listed(String sql, int line) {}

  static List<Listed> read(Path file) {
    try {
      return split(Files.readString(file));
    } catch (IOException e) {
      throw new SegueException(
          Kind.USER,
          "statements-unreadable",
          "Cannot read the statements in " + file + ": " + e.getMessage(),
          "Name a file of SQL statements, each ended by a semicolon, in 'rehearsal'.",
          e);
    }
  }

  static List<Listed> split(String text) {
    return new StatementFile(text).statements();
  }

  private List<Listed> statements() {
    List<Listed> statements = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    int begun = 0;
    while (at < text.length()) {
      int from = at;
      if (skipComment()) {
        current.append(' ');
      } else if (text.charAt(at) == ';') {
        at++;
        add(statements, current, begun);
      } else {
        if (current.toString().isBlank()) {
          begun = at;
        }
        skipQuotedOrOne();
        current.append(text, from, at);
      }
    }
    add(statements, current, begun);
    return statements;
  }

  private void add(List<Listed> statements, StringBuilder current, int begun) {
    String statement = current.toString().strip();
    if (!statement.isEmpty()) {
      int line = 1 + (int) text.substring(0, begun).chars().filter(c -> c == '\n').count();
      statements.add(new Listed(statement, line));
    }
    current.setLength(0);
  }

  private boolean skipComment() {
    if (text.startsWith("--", at)) {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end;
      return true;
    }
    if (text.startsWith("/*", at)) {
      int depth = 0;
      do {
        if (text.startsWith("/*", at)) {
          depth++;
          at += 2;
        } else if (text.startsWith("*/", at)) {
          depth--;
          at += 2;
        } else {
          at++;
        }
      } while (depth > 0 && at < text.length());
      return true;
    }
    return false;
  }

  private void skipQuotedOrOne() {
    char c = text.charAt(at);
    if (c == '\'') {
      boolean escapes = at > 0 && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e');
      skipTo('\'', escapes);
    } else if (c == '"') {
      skipTo('"', false);
    } else {
      String tag = c == '$' ? tag() : null;
      at = tag == null ? at + 1 : endOf(tag);
    }
  }

  private int endOf(String tag) {
    int end = text.indexOf(tag, at + tag.length());
    return end < 0 ? text.length() : end + tag.length();
  }

  /// A doubled quote ends one string and begins the next, which comes to the same.
  private void skipTo(char quote, boolean escapes) {
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      at += escapes && text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at + 1, text.length());
  }

  /// The dollar quote that begins here, `$$` or `$name$`; null for a parameter such as `$1`.
  private @Nullable String tag() {
    int end = at + 1;
    while (end < text.length() && isTagPart(text.charAt(end), end == at + 1)) {
      end++;
    }
    return end < text.length() && text.charAt(end) == '$' ? text.substring(at, end + 1) : null;
  }

  private static boolean isTagPart(char c, boolean first) {
    return Character.isLetter(c) || c == '_' || (!first && Character.isDigit(c));
  }
}
