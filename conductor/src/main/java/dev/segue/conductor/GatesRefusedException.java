package dev.segue.conductor;

import dev.segue.change.SegueException;
import java.util.List;

/// At least one gate said no.
final class GatesRefusedException extends SegueException {

  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  GatesRefusedException(List<Finding> findings) {
    super(Kind.REFUSED, "gates", summary(findings), null);
    this.findings = List.copyOf(findings);
  }

  List<Finding> findings() {
    return findings;
  }

  private static String summary(List<Finding> findings) {
    List<String> gates =
        findings.stream()
            .filter(f -> f.level() == Finding.Level.REFUSED)
            .map(Finding::gate)
            .distinct()
            .toList();
    return "NO, say the gates: " + String.join(", ", gates);
  }
}
