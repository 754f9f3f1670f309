package dev.segue.conductor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The first step: every gate is asked, all of them, so that a NO comes with every reason.
final class GatesStep implements Step {

  static final String ID = "gates";

  private static final String FINDINGS = "findings";

  /// Facts, there only when a refusal was overridden.
  static final String OVERRIDDEN_BY = "overridden_by";

  private final List<GateCheck> gates;
  private final List<Statement> declared;
  private final @Nullable BreakGlass breakGlass;

  /// @param declared the gates a change file names, for the plan
  /// @param breakGlass who insists on going past what may be overridden, or null
  GatesStep(List<GateCheck> gates, List<Statement> declared, @Nullable BreakGlass breakGlass) {
    this.gates = List.copyOf(gates);
    this.declared = List.copyOf(declared);
    this.breakGlass = breakGlass;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.GATES;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        ID,
        stage(),
        "Ask every gate: should we go?",
        statements(),
        "nothing to take back: gates only look",
        "Nothing has been touched");
  }

  private List<Statement> statements() {
    List<Statement> statements = new ArrayList<>(declared);
    statements.add(
        new Statement(
            "can every step be carried out: schema, rehearsal, backup, router, ports, programs",
            null,
            "a NO is final, but for the old version's health: no insisting makes it work"));
    return statements;
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    List<Finding> findings =
        ask(
            gates,
            context::planned,
            what -> {
              context.progress(what, Double.NaN);
              context.pause(Duration.ZERO); // some take long, and people may want to stop
            });
    List<Finding> refusals = findings.stream().filter(Finding::refuses).toList();
    BreakGlass person = breakGlass;
    if (refusals.isEmpty()) {
      return Facts.of(FINDINGS, plain(findings));
    }
    if (person == null || !refusals.stream().allMatch(Finding::overridable)) {
      throw new GatesRefusedException(findings);
    }
    return Facts.of(OVERRIDDEN_BY, person.by())
        .with("because", person.reason())
        .with(
            FINDINGS,
            plain(findings.stream().map(f -> f.refuses() ? f.overriddenBy(person) : f).toList()));
  }

  /// Asks all of them, whatever the first ones say.
  ///
  /// @param planned whether a step's id is in the plan they are asked about
  static List<Finding> ask(
      List<GateCheck> gates, Predicate<String> planned, GateCheck.Progress progress) {
    return gates.stream().flatMap(g -> g.ask(progress, planned).stream()).toList();
  }

  private static List<Map<String, Object>> plain(List<Finding> findings) {
    return findings.stream().map(GatesStep::plain).toList();
  }

  private static Map<String, Object> plain(Finding finding) {
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("level", finding.level().name());
    plain.put("gate", finding.gate());
    plain.put("message", finding.message());
    if (finding.remedy() != null) {
      plain.put("remedy", finding.remedy());
    }
    return plain;
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }
}
