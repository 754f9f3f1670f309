package dev.segue.acceptance.matrix;

import dev.segue.acceptance.matrix.Load.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// What the matrix came to, as a table.
final class Scores {

  static final long SEED = Long.getLong("matrix.seed", System.nanoTime());

  enum Mode {
    APPLY,
    APPLY_KILL,
    TAKE_BACK,
    BACK_KILL,
    CONTRACT,
    CONTRACT_KILL
  }

  private record Score(
      int version,
      String change,
      Mode mode,
      int rows,
      double seconds,
      long operations,
      long longest) {

    @Override
    public String toString() {
      return "%-7d %-34s %-13s %7d %8.2f %10d %6d %8d"
          .formatted(version, change, mode, rows, seconds, operations, 0, longest);
    }
  }

  private final List<Score> scores = new CopyOnWriteArrayList<>();

  /// Of a part in which nobody met an error: one ends the test.
  void add(int version, Case change, Mode mode, int rows, long nanos, Figures figures) {
    scores.add(
        new Score(
            version,
            change.name(),
            mode,
            rows,
            nanos / 1e9,
            figures.operations(),
            figures.longestMillis()));
  }

  @Override
  public String toString() {
    return scores.stream()
        .sorted(Comparator.comparingInt(Score::version).reversed().thenComparing(Score::change))
        .map(Score::toString)
        .collect(
            Collectors.joining(
                "\n",
                "version change                             mode             rows  seconds operations errors pause ms\n",
                "\n"));
  }
}
