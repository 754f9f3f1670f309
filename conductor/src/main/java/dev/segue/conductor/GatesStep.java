package dev.segue.conductor;

import dev.segue.conductor.Finding.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The first step: every gate is asked, all of them, so that a NO comes with every reason.
final class GatesStep implements Step {

  static final String ID = "gates";

  private final List<GateCheck> gates;

  GatesStep(List<GateCheck> gates) {
    this.gates = List.copyOf(gates);
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
        List.of(),
        "nothing to take back: gates only look",
        "Nobody needs to: nothing has been touched.");
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
            what -> {
              context.progress(what, Double.NaN);
              context.pause(Duration.ZERO); // some take long, and people may want to stop
            });
    if (findings.stream().anyMatch(f -> f.level() == Level.REFUSED)) {
      throw new GatesRefusedException(findings);
    }
    return Facts.of("findings", findings.stream().map(GatesStep::plain).toList());
  }

  /// Asks all of them, whatever the first ones say.
  static List<Finding> ask(List<GateCheck> gates, GateCheck.Progress progress) {
    return gates.stream().flatMap(g -> g.ask(progress).stream()).toList();
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
