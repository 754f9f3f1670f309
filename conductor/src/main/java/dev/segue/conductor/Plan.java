package dev.segue.conductor;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The steps of one change, in order.
record Plan(List<Step> steps) {

  Plan {
    steps = steps.stream().sorted(Comparator.comparing(Step::stage)).toList();
    List<String> twice =
        steps.stream().collect(Collectors.groupingBy(Step::id)).entrySet().stream()
            .filter(e -> e.getValue().size() > 1)
            .map(java.util.Map.Entry::getKey)
            .toList();
    if (!twice.isEmpty()) {
      throw new IllegalStateException("two steps are called " + twice);
    }
  }

  List<PlannedStep> describe() {
    return steps.stream().map(Step::describe).toList();
  }
}
