package dev.segue.cli;

import dev.segue.conductor.Finding;
import dev.segue.conductor.Listener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
      boolean go = findings.stream().noneMatch(Finding::refuses);
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
        insisting(findings).ifPresent(terminal.out()::println);
      }
      return (go ? Exit.DONE : Exit.REFUSED).code();
    }
  }

  /// Which of the refusals a person may override.
  private Optional<String> insisting(List<Finding> findings) {
    String judgement = refusals(findings, true);
    String fact = refusals(findings, false);
    return judgement.isEmpty()
        ? Optional.empty()
        : Optional.of(
            fact.isEmpty()
                ? "A person may override this ("
                    + judgement
                    + "): segue run "
                    + arguments.file()
                    + " --force --reason '…'"
                : "A person may override "
                    + judgement
                    + " with --force --reason '…'; nobody can override "
                    + fact
                    + ".");
  }

  private static String refusals(List<Finding> findings, boolean overridable) {
    return findings.stream()
        .filter(f -> f.refuses() && f.overridable() == overridable)
        .map(Finding::gate)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static void print(Terminal terminal, Finding finding) {
    Narration.Line line = Narration.finding(finding);
    String style =
        switch (finding.level()) {
          case PASSED -> "green";
          case WARNING, OVERRIDDEN -> "yellow";
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
              if (f.refuses()) {
                plain.put("overridable", f.overridable());
              }
              if (f.remedy() != null) {
                plain.put("next", f.remedy());
              }
              return plain;
            })
            .toList());
    return document;
  }
}
