package dev.segue.report;

import dev.segue.conductor.Finding;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The report as Markdown with tables (GitHub's). Text from outside cannot become markup.
final class MarkdownReport {

  /// Underscores inside a word mean nothing to Markdown, and names are full of them.
  private static final Pattern MARKUP =
      Pattern.compile("^[>#+-]|[\\\\`*\\[\\]<|~]|(?<!\\w)_|_(?!\\w)");

  private final Report report;
  private final Instant start;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(Report report) {
    this.report = report;
    this.start = report.run().started();
  }

  static String of(Report report) {
    return new MarkdownReport(report).write();
  }

  private String write() {
    head();
    figures();
    bullets("What to do next", report.next());
    wayBack();
    steps("Steps", report.steps());
    gates();
    locks();
    watch();
    facts("Backup", report.backup());
    handOver();
    journal();
    return out.toString();
  }

  private void head() {
    Report.Run run = report.run();
    line("# " + text(run.change()));
    line("");
    line(text(run.summary()));
    line("");
    line("**" + Words.result(run.result()) + ".** " + text(run.outcome()) + ".");
    line("");
    table("", "");
    row("Run", text(run.id()));
    row("Began", Words.moment(run.started()));
    row("Ended", Words.moment(run.ended()));
    row("Took", Words.millis(run.durationMs()));
    row("Started by", text(run.who()));
    row("Segue", text(run.version()));
    row("Journal", text(run.home()));
  }

  private void figures() {
    if (!report.figures().isEmpty()) {
      section("Figures");
      table("figure", "value", "target", "");
      report
          .figures()
          .forEach(f -> row(text(f.name()), text(f.value()), text(f.target()), Words.met(f.met())));
    }
    if (!report.samples().isEmpty()) {
      line("");
      line(Words.traffic(report.samples()) + ".");
    }
  }

  private void wayBack() {
    Report.WayBack back = report.wayBack();
    if (back == null) {
      return;
    }
    section("The way back");
    line(
        "%s. Asked for by %s at %s; the old version served again %s."
            .formatted(
                text(back.why()),
                text(back.by()),
                Words.clock(back.started(), start),
                back.restored() == null
                    ? "not yet"
                    : "after " + Words.millis(back.timeToRestoredMs())));
    line("");
    stepTable(back.steps());
  }

  private void steps(String title, List<Report.Step> steps) {
    section(title);
    stepTable(steps);
  }

  private void stepTable(List<Report.Step> steps) {
    table("#", "step", "began", "took", "ended", "found");
    int n = 0;
    for (Report.Step step : steps) {
      row(
          Integer.toString(++n),
          text(step.title()),
          Words.clock(step.started(), start),
          Words.millis(step.durationMs()),
          Words.ending(step),
          text(Words.facts(step.facts())));
    }
  }

  private void gates() {
    if (report.gates().isEmpty()) {
      return;
    }
    section("Gates");
    table("gate", "answer", "because", "remedy");
    for (Finding gate : report.gates()) {
      row(
          text(gate.gate()),
          Words.level(gate.level()),
          text(gate.message()),
          gate.remedy() == null ? Words.NONE : inCell(prose(gate.remedy())));
    }
  }

  private void locks() {
    if (report.locks().isEmpty()) {
      return;
    }
    section("Locks");
    table("step", "longest held", "attempts");
    report
        .locks()
        .forEach(l -> row(text(l.step()), Words.millis(l.lockMs()), Words.number(l.attempts())));
  }

  private void watch() {
    Report.Watch watch = report.watch();
    if (watch == null) {
      return;
    }
    section("Watch");
    line(
        "Every %s for %s. Verdict: **%s**."
            .formatted(
                Words.duration(watch.every()),
                Words.duration(watch.lasting()),
                text(watch.verdict())));
    line("");
    watch.rules().forEach(rule -> line("- " + code(rule)));
    if (!watch.breaches().isEmpty()) {
      line("");
      table("broken rule", "bad since", "detected", "read");
      for (Report.Breach b : watch.breaches()) {
        row(
            inCell(code(b.rule())),
            Words.clock(b.since(), start),
            Words.clock(b.detected(), start),
            text(b.figures()));
      }
    }
    if (!watch.windows().isEmpty()) {
      line("");
      table("window", "from", "until", "");
      for (Report.Window w : watch.windows()) {
        row(
            text(w.name()),
            Words.clock(w.from(), start),
            Words.clock(w.until(), start),
            text(w.meaning()));
      }
    }
  }

  private void facts(String title, Map<String, Object> facts) {
    if (facts.isEmpty()) {
      return;
    }
    section(title);
    table("", "");
    facts.forEach((name, v) -> row(text(Words.factName(name)), text(Words.factValue(name, v))));
  }

  private void handOver() {
    section("Lessons learned");
    for (String question : HandOver.questions(report)) {
      line("- " + text(question));
      line("  <br>…");
    }
    line("");
    table("follow-up", "who", "until");
    row("", "", "");
    section("Sign-off");
    table("role", "name", "accepted", "date");
    HandOver.ROLES.forEach(role -> row(role, "", "yes / no", ""));
  }

  private void journal() {
    if (report.journal().isEmpty()) {
      return;
    }
    section("Journal");
    table("#", "at", "what", "of", "hash");
    for (Report.Entry e : report.journal()) {
      row(
          Long.toString(e.seq()),
          Words.clock(e.at(), start),
          text(e.kind()),
          text(e.text()),
          inCell(code(Words.hash(e.hash()))));
    }
  }

  private void bullets(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      section(title);
      lines.forEach(one -> line("- " + prose(one)));
    }
  }

  private void section(String title) {
    line("");
    line("## " + title);
    line("");
  }

  private void table(String... titles) {
    row(titles);
    line(Arrays.stream(titles).map(_ -> "---").collect(Collectors.joining(" | ", "| ", " |")));
  }

  private void row(String... cells) {
    line(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |")));
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }

  private static String text(@Nullable String raw) {
    return raw == null
        ? Words.NONE
        : MARKUP.matcher(oneLine(raw)).replaceAll(m -> Matcher.quoteReplacement("\\" + m.group()));
  }

  private static String prose(String raw) {
    return Words.pieces(raw).stream()
        .map(piece -> piece.code() ? code(piece.text()) : text(piece.text()))
        .collect(Collectors.joining());
  }

  /// In a table even code must not contain a bare bar; the backslash is the table's, not the
  /// code's.
  private static String inCell(String markdown) {
    return markdown.replaceAll("(?<!\\\\)\\|", "\\\\|");
  }

  /// A code span; fenced with more backticks than stand together in it.
  private static String code(String raw) {
    String one = oneLine(raw);
    String fence = "`";
    while (one.contains(fence)) {
      fence += "`";
    }
    return fence.length() == 1 ? fence + one + fence : fence + " " + one + " " + fence;
  }

  private static String oneLine(String raw) {
    return raw.replaceAll("\\s*\\R\\s*", " ");
  }
}
