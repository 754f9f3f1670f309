package dev.segue.report;

import dev.segue.conductor.Finding;
import dev.segue.report.Report.Ending;
import java.util.ArrayList;
import java.util.List;

/// What people fill in after the change. The questions that the figures raise come first.
final class HandOver {

  static final List<String> ROLES =
      List.of("Technical lead", "Database administrator", "Operations", "Business");

  private static final List<String> ALWAYS =
      List.of(
          "What went as planned, and should stay as it is?",
          "What surprised us?",
          "What do we do differently next time?");

  private HandOver() {}

  static List<String> questions(Report report) {
    List<String> questions = new ArrayList<>();
    if (report.watch() != null) {
      for (Report.Breach breach : report.watch().breaches()) {
        questions.add(
            "'"
                + breach.rule()
                + "' broke ("
                + breach.figures()
                + "). Could a gate, the rehearsal or a test have seen it before the switch?");
      }
    }
    for (Report.Step step : report.steps()) {
      if (step.ending() == Ending.FAILED) {
        questions.add("Step '" + step.id() + "' failed. Why, and what would have told us before?");
      } else if (step.adopted()) {
        questions.add("The conductor was restarted in step '" + step.id() + "'. Why did it stop?");
      }
    }
    for (Report.Figure figure : report.figures()) {
      if (Boolean.FALSE.equals(figure.met())) {
        questions.add(
            "'%s' was %s, the target is %s. Why?"
                .formatted(figure.name(), figure.value(), figure.target()));
      }
    }
    for (Finding gate : report.gates()) {
      switch (gate.level()) {
        case WARNING ->
            questions.add(
                "Gate '" + gate.gate() + "' warned: " + gate.message() + ". Did it matter?");
        case OVERRIDDEN ->
            questions.add(
                "Gate '" + gate.gate() + "' said no: " + gate.message() + ". Was that right?");
        case PASSED, REFUSED -> {}
      }
    }
    questions.addAll(ALWAYS);
    return questions;
  }
}
