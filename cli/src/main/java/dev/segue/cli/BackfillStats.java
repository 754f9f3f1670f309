package dev.segue.cli;

import dev.segue.backfill.Store;
import dev.segue.backfill.Store.FormCount;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Stats;
import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue backfill stats`: what there is.
@Command(
    name = "stats",
    description = {
      "Looks at the data before anything is done, and changes nothing: how much there is, the forms"
          + " found in each field with an example, what could not be converted, how long it would"
          + " take at the pace of the file, and the memory or disk it needs until 'segue finish'.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue backfill stats change.yaml",
      "  segue backfill stats change.yaml --all            every item instead of a sample",
      "  segue backfill stats change.yaml --mask --json    no values, for a ticket",
      "",
      "Exit codes: 0; 1 something was found that would end a run with on-error: fail."
    })
final class BackfillStats implements Callable<Integer> {

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Look at so many items of each at most (${DEFAULT-VALUE}).")
  private long sample;

  @Option(names = "--all", description = "Look at every item.")
  private boolean all;

  @Option(
      names = "--mask",
      description = "Show the shape of examples only: letters as x, digits as 9.")
  private boolean mask;

  @Option(names = "--backfill", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String name;

  @Override
  public Integer call() {
    if (sample < 1) {
      throw new SegueException(
          Kind.USER, "bad-number", "--sample must be 1 or more; --all looks at everything", null);
    }
    Terminal terminal = backfill.terminal();
    Change change = arguments.target().change(terminal.environment());
    List<Backfill> chosen = new Backfills(arguments.file(), change).chosen(name);
    Map<Backfill, Stats> found = new LinkedHashMap<>();
    try (LookingScreen screen = new LookingScreen(terminal)) {
      Looking looking = new Looking(all ? 0 : sample, Optional.empty(), screen);
      for (Backfill one : chosen) {
        found.put(
            one,
            Store.of(one)
                .stats(change, arguments.target().workspace(terminal.environment()), one, looking));
      }
    }
    if (arguments.json()) {
      terminal.out().println(Json.document(document(change, found)));
    } else {
      found.forEach((one, stats) -> print(terminal, one, stats));
      terminal.out().println("Next: segue backfill run " + arguments.file());
    }
    boolean fails =
        found.entrySet().stream()
            .anyMatch(e -> e.getValue().failing() > 0 && e.getKey().failures().mode() == Mode.FAIL);
    return (fails ? Exit.WOULD_FAIL : Exit.DONE).code();
  }

  private Map<String, Object> document(Change change, Map<Backfill, Stats> found) {
    List<Map<String, Object>> backfills = new ArrayList<>();
    found.forEach((one, stats) -> {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("name", one.name());
      each.put("of", subject(one));
      each.put("items", stats.items());
      each.put("estimated", stats.estimated());
      each.put("looked", stats.looked());
      each.put("todo", stats.todo());
      each.put("failing", stats.failing());
      each.put("would_end_the_run", stats.failing() > 0 && one.failures().mode() == Mode.FAIL);
      each.put(
          "forms",
          stats.forms().stream()
              .map(f ->
                  new FormCount(
                      f.field(), f.form(), f.count(), shown(f.example()), f.convertible()))
              .toList());
      each.put("seconds", stats.seconds());
      each.put("bytes", stats.bytes());
      each.put("keep", stats.keep());
      each.put("notes", stats.notes());
      backfills.add(each);
    });
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("change", change.name());
    document.put("backfills", backfills);
    return document;
  }

  private void print(Terminal terminal, Backfill one, Stats stats) {
    PrintWriter out = terminal.out();
    out.println(terminal.in("bold", one.name()) + ": " + subject(one));
    out.println(
        String.format(
            Locale.ROOT,
            "  %s%,d items, %,d looked at: %,d in an old form, %,d that cannot be converted",
            stats.estimated() ? "about " : "",
            stats.items(),
            stats.looked(),
            stats.todo(),
            stats.failing()));
    if (stats.looked() == 0) {
      out.println(
          terminal.in(
              "yellow", "  ! nothing of the kind was found: is this the right server and name?"));
      out.println();
      return;
    }
    out.println();
    Table table = new Table(false, false, true, false, false);
    table.row("field", "form", "count", "example", "");
    List<FormCount> forms =
        stats.forms().stream()
            .sorted(
                Comparator.comparing(FormCount::field)
                    .thenComparing(FormCount::count, Comparator.reverseOrder()))
            .toList();
    for (FormCount form : forms) {
      table.row(
          form.field(),
          form.form(),
          String.format(Locale.ROOT, "%,d", form.count()),
          shown(form.example()),
          form.convertible() ? "" : "✗ cannot be converted");
    }
    table
        .lines()
        .forEach(line -> out.println(line.contains("✗") ? terminal.in("red", line) : line));
    out.println();
    out.println(
        "  takes about "
            + Narration.brief(Duration.ofMillis(Math.round(stats.seconds() * 1000)))
            + " at the pace of the file; keeps old values "
            + stats.keep()
            + ", about "
            + Narration.bytes(stats.bytes())
            + " until 'segue finish'");
    stats.notes().forEach(note -> out.println(terminal.in("yellow", "  ! " + note)));
    if (stats.failing() > 0) {
      out.println(
          terminal.in(
              one.failures().mode() == Mode.FAIL ? "red" : "yellow",
              "  ! "
                  + switch (one.failures().mode()) {
                    case FAIL ->
                        "with on-error: fail, the first that cannot be converted ends the run";
                    case LOG_AND_SKIP ->
                        "what cannot be converted is skipped and listed; more than "
                            + limits(one.failures())
                            + " end the run";
                    case DEFAULT ->
                        "what cannot be converted becomes '" + one.failures().value() + "'";
                  }));
    }
    out.println();
  }

  private static String limits(FailurePolicy policy) {
    String most = String.format(Locale.ROOT, "%,d", policy.maxErrors());
    return policy.maxRate() > 0
        ? most + String.format(Locale.ROOT, ", or than %.2f %%", policy.maxRate() * 100)
        : most;
  }

  static String subject(Backfill backfill) {
    return switch (backfill) {
      case Backfill.Keys keys -> "keys " + String.join(", ", keys.keys().patterns());
      case Backfill.Rows rows -> "rows of " + rows.table();
    };
  }

  private String shown(String example) {
    return mask ? example.replaceAll("\\p{L}", "x").replaceAll("\\p{Nd}", "9") : example;
  }
}
