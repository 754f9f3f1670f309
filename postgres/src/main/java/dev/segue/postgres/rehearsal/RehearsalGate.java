package dev.segue.postgres.rehearsal;

import dev.segue.change.Rehearsal;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.rehearsal.AppStatement.Version;
import dev.segue.postgres.rehearsal.Performance.Failure;
import dev.segue.postgres.rehearsal.Performance.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Asks whether every statement the two versions are known to send will work in every state of the
/// change they will meet. It proves what a search for the old name can only guess.
public final class RehearsalGate implements GateCheck {

  private static final String GATE = "rehearsal";
  private static final int LISTED = 10;

  private final Rehearsal rehearsal;
  private final Site site;
  private final Act.Script script;
  private final Map<String, String> facades;

  /// @param facades by table the step that puts a view in its place
  public RehearsalGate(
      Rehearsal rehearsal, Site site, Act.Script script, Map<String, String> facades) {
    this.rehearsal = rehearsal;
    this.site = site;
    this.script = script;
    this.facades = Map.copyOf(facades);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    Set<String> needed =
        script.at(site).stream()
            .map(Act::step)
            .filter(Step::needed)
            .map(Step::id)
            .collect(Collectors.toSet());
    return ask(progress, needed::contains);
  }

  @Override
  public List<Finding> ask(Progress progress, Predicate<String> planned) {
    if (!rehearsal.enabled()) {
      return List.of(Finding.warning(GATE, "switched off in the change file", null));
    }
    if (script.at(site).isEmpty()) {
      return List.of(Finding.passed(GATE, "the schema stays as it is"));
    }
    try {
      return rehearse(progress, planned);
    } catch (SegueException e) {
      return List.of(Finding.refused(GATE, String.valueOf(e.getMessage()), e.remedy()));
    } catch (SchemaCopy.StepFailedException e) {
      return List.of(
          Finding.refused(
              GATE,
              e.getMessage(),
              "Mend the operation; where it can only work on the rows that are there, write"
                  + " 'rehearsal: off'."));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              GATE,
              "could not be held: " + e.getMessage(),
              "If the message names the change's own tables, mend these first; to go without,"
                  + " write 'rehearsal: off'."));
    }
  }

  private List<Finding> rehearse(Progress progress, Predicate<String> planned) throws SQLException {
    KnownStatements known;
    try (Connection live = site.open("asking what statements are known")) {
      known = KnownStatements.collect(rehearsal, live);
    }
    List<AppStatement> statements = known.preparable();
    progress.at("rehearsing " + statements.size() + " statements in every state of the change");
    Performance performance =
        new Theatre(site, script, step -> planned.test(step.id())).play(statements);
    if (!performance.misfits().isEmpty()) {
      return List.of(
          Finding.warning(GATE, "not held: " + String.join("; ", performance.misfits()), null));
    }
    List<Finding> findings = new ArrayList<>(unknown(known));
    known.thatNoViewTakes(facades(planned)).stream()
        .map(RehearsalGate::noViewTakes)
        .forEach(findings::add);
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

  private List<String> facades(Predicate<String> planned) {
    return facades.entrySet().stream()
        .filter(facade -> planned.test(facade.getValue()))
        .map(Map.Entry::getKey)
        .toList();
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
