package dev.segue.change;

import java.util.List;
import java.util.stream.Collectors;

/// A change file that cannot be used, with every reason found in one reading.
public final class ChangeFileException extends SegueException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ChangeFileException(List<Problem> problems) {
    super(
        Kind.USER,
        "change-file",
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
        null);
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }

  /// One thing wrong in a file.
  ///
  /// @param excerpt the offending text as it stands in the file, never a resolved secret
  public record Problem(Place at, String message, String excerpt) {

    @Override
    public String toString() {
      return at + ": " + message;
    }
  }
}
