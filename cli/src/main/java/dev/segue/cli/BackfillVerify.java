package dev.segue.cli;

import dev.segue.backfill.Confidence;
import dev.segue.backfill.Store;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.RunState;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/// `segue backfill verify`: what there is now.
@Command(
    name = "verify",
    description = {
      "Looks at the data after a run, and changes nothing: whether anything is left in an old form,"
          + " and with --check-data whether every value is what its kept old value becomes. Looks at"
          + " everything, or at a sample, and then says how sure that is. Keys that seem to have been"
          + " written since, in the new form, are counted apart: nothing tells them from wrong ones.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue backfill verify change.yaml --check-data",
      "  segue backfill verify change.yaml --check-data --allow-written",
      "  segue backfill verify change.yaml --check-data --confidence 99.9%%",
      "  segue backfill verify change.yaml --sample 10000 --json",
      "",
      "Exit codes: 0 as it should be; 1 different, or left and not skipped by the run."
    })
final class BackfillVerify implements Callable<Integer> {

  /// A larger share than this that is not as it should be is found, as sure as asked.
  private static final double SHARE = 0.001;

  private static final int SHOWN = 5;

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;

  @Option(
      names = "--check-data",
      description = "Compare values, too, with what was kept of the old ones.")
  private boolean checkData;

  @Option(names = "--sample", paramLabel = "N", description = "Look at so many items of each.")
  private @Nullable Long sample;

  @Option(
      names = "--confidence",
      paramLabel = "PERCENT",
      description =
          "How sure the answer is to be, such as 99.9%%: without --sample, so many items are looked at"
              + " that more than 0.1 %% bad ones would be found.")
  private @Nullable String confidence;

  @Option(
      names = "--allow-written",
      description = "The application has written since the run: keys that seem so are no mistake.")
  private boolean allowWritten;

  @Option(names = "--backfill", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String name;

  private record Answer(Backfill backfill, Verified verified) {}

  @Override
  public Integer call() {
    Terminal terminal = backfill.terminal();
    Confidence sure = sure();
    List<Answer> answers = new ArrayList<>();
    try (Desk desk = Desk.sketch(arguments.target(), terminal, new Listener() {});
        LookingScreen screen = new LookingScreen(terminal)) {
      Optional<RunState> run = desk.runs().latest();
      if (checkData) {
        requireKept(run);
      }
      Change change =
          run.isEmpty()
              ? desk.change()
              : ChangeFile.parse(
                  run.get().start().source(), arguments.file(), terminal.environment());
      Looking looking =
          new Looking(items(sure), checkData ? run.map(RunState::run) : Optional.empty(), screen);
      for (Backfill one : new Backfills(arguments.file(), change).chosen(name)) {
        long failed = run.map(state -> BackfillFigures.failed(state, one)).orElse(0L);
        Verification found = Store.of(one).verify(change, desk.workspace(), one, looking);
        answers.add(new Answer(one, new Verified(found, failed, allowWritten, sure)));
      }
    }
    if (arguments.json()) {
      terminal.out().println(Json.document(answers.stream().map(this::document).toList()));
    } else {
      answers.forEach(answer -> print(terminal, answer));
    }
    boolean good = answers.stream().map(Answer::verified).allMatch(Verified::good);
    return (good ? Exit.DONE : Exit.DIFFERENT).code();
  }

  private void requireKept(Optional<RunState> run) {
    Outcome outcome = run.isEmpty() ? null : run.get().outcome();
    if (run.isEmpty() || outcome != null) {
      throw new SegueException(
          Kind.USER,
          "nothing-kept",
          outcome == null
              ? "There is no run of this change whose old values could be compared with"
              : run.get().run() + " ended " + outcome + ": its old values are no longer kept",
          "Without --check-data only the forms are looked at.");
    }
  }

  private Confidence sure() {
    if (sample != null && sample < 1) {
      throw new SegueException(Kind.USER, "bad-number", "--sample must be 1 or more", null);
    }
    if (confidence == null) {
      return Confidence.USUAL;
    }
    if (!confidence.matches("\\d{1,2}(\\.\\d{1,6})?%") || confidence.matches("[0.]+%")) {
      throw new SegueException(
          Kind.USER,
          "bad-number",
          "--confidence " + confidence + " is no percentage below 100 such as 99.9%",
          "Without it everything is looked at.");
    }
    return new Confidence(
        Double.parseDouble(confidence.substring(0, confidence.length() - 1)) / 100);
  }

  private long items(Confidence sure) {
    if (sample != null) {
      return sample;
    }
    return confidence == null ? 0 : sure.sample(SHARE);
  }

  private Map<String, Object> document(Answer answer) {
    Verified verified = answer.verified();
    Verification found = verified.found();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", answer.backfill().name());
    document.put("good", verified.good());
    document.put("checked_data", checkData);
    document.put("items", found.items());
    document.put("looked", found.looked());
    document.put("compared", found.compared());
    document.put("different", found.different());
    document.put("written_since", found.since());
    document.put("left", found.left());
    document.put("skipped_by_the_run", verified.failed());
    if (found.sampled() && found.looked() > 0) {
      document.put("confidence", verified.sure().level());
      document.put("at_most", verified.atMost());
    }
    document.put("mismatches", found.mismatches());
    document.put("written", found.written());
    return document;
  }

  private void print(Terminal terminal, Answer answer) {
    PrintWriter out = terminal.out();
    Verified verified = answer.verified();
    Verification found = verified.found();
    out.println(
        terminal.in(verified.good() ? "green" : "red", verified.good() ? "✓ " : "✗ ")
            + String.format(
                Locale.ROOT,
                "%s: %,d of %,d items looked at%s, %,d in an old form%s",
                answer.backfill().name(),
                found.looked(),
                found.items(),
                compared(found),
                found.left(),
                verified.failed() > 0
                    ? String.format(
                        Locale.ROOT, " (the run had to skip %,d of all)", verified.failed())
                    : ""));
    if (found.sampled() && found.looked() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "  a sample: with %s %% confidence at most %.4f %% of all are not as they should be",
              Double.toString(Math.round(verified.sure().level() * 1e8) / 1e6)
                  .replaceFirst("\\.0$", ""),
              verified.atMost() * 100));
    }
    list(out, found.mismatches(), found.different(), "expected");
    list(out, found.written(), found.since(), "the run made of it");
  }

  private String compared(Verification found) {
    String compared =
        found.compared() < found.looked()
            ? String.format(Locale.ROOT, ", %,d could be compared", found.compared())
            : "";
    if (!checkData) {
      return compared;
    }
    return compared
        + String.format(Locale.ROOT, ", %,d different", found.different())
        + (found.since() > 0
            ? String.format(Locale.ROOT, ", %,d written since in the new form", found.since())
            : "");
  }

  /// @param count of items; each may be listed with several fields
  private static void list(PrintWriter out, List<Mismatch> some, long count, String expected) {
    if (some.isEmpty()) {
      return;
    }
    Table table = new Table(false, false, false, false);
    table.row("item", "field", "found", expected);
    some.stream()
        .limit(SHOWN)
        .forEach(m -> table.row(m.item(), m.field(), m.found(), m.expected()));
    table.lines().forEach(out::println);
    if (count > SHOWN) {
      out.println("  … " + (count - SHOWN) + " more; --json lists up to 1,000");
    }
  }
}
