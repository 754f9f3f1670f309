package dev.segue.cli;

import dev.segue.change.ChangeFileException;
import dev.segue.change.ChangeFileException.Problem;
import dev.segue.change.SegueException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a failure is told: what happened, what state things are in, what to run next.
final class Complaint {

  private final Terminal terminal;
  private final boolean json;

  Complaint(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  /// A change file that cannot be used.
  Exit about(ChangeFileException e) {
    if (json) {
      List<Map<String, Object>> problems = e.problems().stream().map(Complaint::plain).toList();
      print(document(e, problems));
      return Exit.USAGE;
    }
    for (Problem problem : e.problems()) {
      terminal
          .err()
          .println(terminal.in("bold", problem.at().toString()) + ": " + problem.message());
      if (!problem.excerpt().isEmpty()) {
        terminal.err().println("    " + terminal.in("yellow", problem.excerpt()));
      }
    }
    int n = e.problems().size();
    terminal
        .err()
        .println(
            terminal.in("red", "segue: ")
                + n
                + (n == 1 ? " problem" : " problems")
                + " in the change file. Nothing was changed.");
    return Exit.USAGE;
  }

  Exit about(SegueException e) {
    return about(e, null);
  }

  /// @param state what state things are in; null when nothing was touched
  Exit about(SegueException e, @Nullable String state) {
    if (json) {
      Map<String, Object> document = document(e, List.of());
      if (state != null) {
        document.put("state", state);
      }
      print(document);
    } else {
      terminal.err().println(terminal.in("red", "segue: ") + e.getMessage());
      terminal
          .err()
          .println("  state: " + (state == null ? "this command changed nothing" : state));
      if (e.remedy() != null) {
        terminal.err().println("  next:  " + e.remedy());
      }
    }
    return Exit.of(e.kind());
  }

  private void print(Map<String, Object> document) {
    terminal.out().println(Json.line(document));
  }

  private static Map<String, Object> document(
      SegueException e, List<Map<String, Object>> problems) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", e.code());
    error.put("kind", e.kind().name().toLowerCase(java.util.Locale.ROOT));
    error.put("message", String.valueOf(e.getMessage()));
    if (e.remedy() != null) {
      error.put("next", e.remedy());
    }
    if (!problems.isEmpty()) {
      error.put("problems", problems);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("error", error);
    return document;
  }

  private static Map<String, Object> plain(Problem problem) {
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("file", problem.at().file());
    plain.put("line", problem.at().line());
    plain.put("column", problem.at().column());
    plain.put("message", problem.message());
    plain.put("text", problem.excerpt());
    return plain;
  }
}
