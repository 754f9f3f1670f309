package dev.segue.acceptance.matrix;

import java.util.List;
import java.util.stream.Stream;

/// All of them. To add an operation, add an entry.
final class Cases {

  private Cases() {}

  static List<Case> all() {
    return Stream.of(ColumnCases.ALL, ConstraintCases.ALL, ObjectCases.ALL, TangledCases.ALL)
        .flatMap(List::stream)
        .toList();
  }
}
