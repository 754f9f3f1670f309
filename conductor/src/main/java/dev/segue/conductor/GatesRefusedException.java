package dev.segue.conductor;

import dev.segue.change.SegueException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// At least one gate said no.
final class GatesRefusedException extends SegueException {

  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  GatesRefusedException(List<Finding> findings) {
    super(Kind.REFUSED, "gates", summary(findings), remedy(findings));
    this.findings = List.copyOf(findings);
  }

  List<Finding> findings() {
    return findings;
  }

  private static String summary(List<Finding> findings) {
    return "NO, say the gates: "
        + names(findings.stream().filter(Finding::refuses).toList(), _ -> true);
  }

  /// What a person may insist on, where that is all that speaks against going.
  private static @Nullable String remedy(List<Finding> findings) {
    List<Finding> refusals = findings.stream().filter(Finding::refuses).toList();
    String judgement = names(refusals, Finding::overridable);
    String fact = names(refusals, f -> !f.overridable());
    if (judgement.isEmpty()) {
      return null;
    }
    return fact.isEmpty()
        ? "Mend it; or, knowing better, insist on going past "
            + judgement
            + ": segue run --force --reason '…'"
        : "No --force goes past " + fact + "; with that mended, one goes past " + judgement + ".";
  }

  private static String names(List<Finding> findings, Predicate<Finding> which) {
    return findings.stream()
        .filter(which)
        .map(Finding::gate)
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
