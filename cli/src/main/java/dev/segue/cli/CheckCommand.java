package dev.segue.cli;

import dev.segue.conductor.Finding;
import dev.segue.conductor.Finding.Level;
import dev.segue.conductor.Listener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `segue check`: should we go?
@Command(
    name = "check",
    description = {
      "Should we go? Reads the change file and asks every gate, the rehearsal of the application's"
          + " statements included. Answers YES or NO with every reason; changes nothing.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue check change.yaml",
      "  segue check change.yaml --json | jq .go        for CI: also exit code 0 (YES) or 3 (NO)"
    })
final class CheckCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;
  @Mixin private ChangeArguments arguments;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    try (Desk desk = Desk.sketch(arguments.target(), terminal, new Listener() {})) {
      Expressions.compile(desk.change());
      List<Finding> findings =
          desk.runs()
              .check(what -> {
                if (!arguments.json()) {
                  terminal.err().println(terminal.in("faint", "… " + what));
                }
              });
      boolean go = findings.stream().noneMatch(f -> f.level() == Level.REFUSED);
      if (arguments.json()) {
        terminal.out().println(Json.document(document(desk, findings, go)));
      } else {
        findings.forEach(f -> print(terminal, f));
        terminal.out().println();
        terminal
            .out()
            .println(
                go
                    ? terminal.in("bold,green", "YES") + ", " + desk.change().name() + " may go"
                    : terminal.in("bold,red", "NO") + ", " + desk.change().name() + " must not go");
      }
      return (go ? Exit.DONE : Exit.REFUSED).code();
    }
  }

  private static void print(Terminal terminal, Finding finding) {
    Narration.Line line = Narration.finding(finding);
    String style =
        switch (finding.level()) {
          case PASSED -> "green";
          case WARNING -> "yellow";
          case REFUSED -> "red";
        };
    terminal.out().println(terminal.in(style, line.mark()) + " " + line.text());
  }

  private static Map<String, Object> document(Desk desk, List<Finding> findings, boolean go) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("change", desk.change().name());
    document.put("go", go);
    document.put(
        "findings",
        findings.stream()
            .map(f -> {
              Map<String, Object> plain = new LinkedHashMap<>();
              plain.put("level", f.level().name().toLowerCase(Locale.ROOT));
              plain.put("gate", f.gate());
              plain.put("message", f.message());
              if (f.remedy() != null) {
                plain.put("next", f.remedy());
              }
              return plain;
            })
            .toList());
    return document;
  }
}
