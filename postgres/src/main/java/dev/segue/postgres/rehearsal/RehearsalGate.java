package dev.segue.postgres.rehearsal;

import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SegueException;
import dev.segue.conductor.Database;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.facade.FacadePlan;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.rehearsal.AppStatement.Version;
import dev.segue.postgres.rehearsal.Performance.Failure;
import dev.segue.postgres.rehearsal.Performance.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Asks whether every statement the two versions are known to send will work in every state of the
/// change they will meet. It proves what a search for the old name can only guess.
public final class RehearsalGate implements GateCheck {

  private static final String GATE = "rehearsal";
  private static final int LISTED = 10;

  private final Change change;
  private final PostgresTarget target;

  public RehearsalGate(Change change, PostgresTarget target) {
    this.change = change;
    this.target = target;
  }

  @Override
  public List<Finding> ask(Progress progress) {
    if (!change.rehearsal().enabled()) {
      return List.of(Finding.warning(GATE, "switched off in the change file", null));
    }
    Map<String, List<RenameColumn>> renames = renames();
    if (renames.isEmpty()) {
      return List.of(Finding.passed(GATE, "the schema stays as it is"));
    }
    try {
      return rehearse(renames, progress);
    } catch (SegueException e) {
      return List.of(Finding.refused(GATE, e.getMessage(), e.remedy()));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              GATE,
              "could not be held: " + e.getMessage(),
              "If the message names the change's own tables, mend these first; to go without,"
                  + " write 'rehearsal: off'."));
    }
  }

  private Map<String, List<RenameColumn>> renames() {
    Map<String, List<RenameColumn>> byTable = new LinkedHashMap<>();
    for (SchemaOperation operation : change.schema()) {
      if (operation instanceof RenameColumn rename) {
        byTable.computeIfAbsent(rename.table(), _ -> new ArrayList<>()).add(rename);
      }
    }
    return byTable;
  }

  private List<Finding> rehearse(Map<String, List<RenameColumn>> renames, Progress progress)
      throws SQLException {
    KnownStatements known;
    try (Connection live = Database.open(target.url(), "asking what statements are known")) {
      known = KnownStatements.collect(change.rehearsal(), live);
      if (!fit(live, renames)) {
        return List.of(Finding.warning(GATE, "not held: see what the schema's gate says", null));
      }
    }
    List<Finding> findings = new ArrayList<>(unknown(known));
    findings.addAll(utility(known, renames));
    List<AppStatement> statements = known.all().stream().filter(AppStatement::preparable).toList();
    progress.at("rehearsing " + statements.size() + " statements in every state of the change");
    Performance performance = new Theatre(target, renames).play(statements);
    findings.addAll(judge(performance));
    if (findings.stream().noneMatch(f -> f.level() == Finding.Level.REFUSED)
        && !statements.isEmpty()) {
      findings.addFirst(
          Finding.passed(
              GATE,
              "%d statements of the old version (from %s) and %d of the new one work in every state they will meet"
                  .formatted(
                      performance.asItIs().values().stream().filter(Result::good).count(),
                      known.source(),
                      performance.after().size())));
    }
    return List.copyOf(findings);
  }

  /// What does not fit is the schema gate's to tell.
  private static boolean fit(Connection live, Map<String, List<RenameColumn>> renames)
      throws SQLException {
    try {
      for (Map.Entry<String, List<RenameColumn>> table : renames.entrySet()) {
        TableFacts facts = TableFacts.read(live, table.getKey());
        if (!FacadePlan.of(facts, table.getValue()).fits()) {
          return false;
        }
      }
      return true;
    } catch (SegueException e) {
      if (TableFacts.areMissing(e)) {
        return false;
      }
      throw e;
    }
  }

  private static List<Finding> unknown(KnownStatements known) {
    List<Finding> findings = new ArrayList<>();
    if (known.count(Version.OLD) == 0) {
      findings.add(
          Finding.warning(
              GATE,
              "no statement of the old version is known",
              "Load pg_stat_statements, or list its statements in a file: rehearsal.old"));
    }
    if (known.count(Version.NEW) == 0) {
      findings.add(
          Finding.warning(
              GATE,
              "no statement of the new version is known",
              "List its statements in a file: rehearsal.new"));
    }
    if (known.hidden() > 0) {
      findings.add(
          Finding.warning(
              GATE,
              known.hidden() + " statements in pg_stat_statements may not be read by this user",
              "GRANT pg_read_all_stats TO the user of postgres.url"));
    }
    return findings;
  }

  /// COPY … FROM and TRUNCATE do not work on a view, and cannot be prepared.
  private static List<Finding> utility(
      KnownStatements known, Map<String, List<RenameColumn>> renames) {
    String names =
        renames.keySet().stream()
            .map(table -> Pattern.quote(table.substring(table.lastIndexOf('.') + 1)))
            .collect(Collectors.joining("|"));
    Pattern onTable =
        Pattern.compile(
            "^\\s*(truncate\\b.*|copy\\b.*)\\b(" + names + ")\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    return known.all().stream()
        .filter(s -> !s.preparable() && onTable.matcher(s.sql()).matches())
        .filter(s ->
            !s.keyword().equals("copy")
                || s.sql().toLowerCase(Locale.ROOT).matches("(?s).*\\bfrom\\b.*"))
        .map(RehearsalGate::noViewTakes)
        .toList();
  }

  /// What the server counted may have been sent by hand, long ago; what a file lists is sent.
  private static Finding noViewTakes(AppStatement s) {
    return s.calls() == null
        ? Finding.refused(
            GATE,
            "the "
                + s.version().name().toLowerCase(Locale.ROOT)
                + " version sends what no view takes: "
                + s.whole(),
            "Stop sending it while the change lasts.")
        : Finding.warning(
            GATE,
            "no view takes this, and somebody has sent it: " + s.shown(),
            "If the application sends it, it fails while the change lasts: stop it first. Sent by"
                + " hand, it does not matter.");
  }

  private static List<Finding> judge(Performance performance) {
    List<Finding> findings = new ArrayList<>();
    List<Failure> failures = performance.failures();
    for (Failure f : failures.subList(0, Math.min(LISTED, failures.size()))) {
      findings.add(
          Finding.refused(
              GATE,
              "%s, a statement of the %s version fails: %s: %s"
                  .formatted(
                      f.state(),
                      f.statement().version().name().toLowerCase(Locale.ROOT),
                      f.trouble(),
                      f.statement().whole()),
              "Write it so that it works in every state, release that, and try again."));
    }
    if (failures.size() > LISTED) {
      findings.add(
          Finding.refused(GATE, (failures.size() - LISTED) + " more statements fail", null));
    }
    if (!performance.lacking().isEmpty()) {
      findings.add(
          Finding.warning(
              GATE,
              "the copy lacks %d things, so statements that need them could not be rehearsed; the first: %s"
                  .formatted(performance.lacking().size(), performance.lacking().getFirst()),
              null));
    }
    if (performance.early() > 0) {
      findings.add(
          Finding.passed(
              GATE,
              performance.early()
                  + " statements say the new names already, from an earlier run; they count as none"
                  + " of the old version's"));
    }
    List<Failure> unknown = performance.unknown();
    if (!unknown.isEmpty()) {
      findings.add(
          Finding.warning(
              GATE,
              "%d statements cannot be prepared even as things are, so nothing is known of them; the first: %s: %s"
                  .formatted(
                      unknown.size(),
                      unknown.getFirst().trouble(),
                      unknown.getFirst().statement().shown()),
              null));
    }
    for (AppStatement s : performance.otherColumns().stream().limit(LISTED).toList()) {
      findings.add(
          Finding.warning(
              GATE,
              "answers with other columns %s: %s"
                  .formatted(
                      s.version() == Version.OLD
                          ? "while both versions run"
                          : "when the old names come or go",
                      s.shown()),
              "A session that holds it prepared fails once with 'cached plan must not change result"
                  + " type'. Name the columns instead of *."));
    }
    return findings;
  }
}
