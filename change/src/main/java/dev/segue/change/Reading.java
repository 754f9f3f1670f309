package dev.segue.change;

import dev.segue.change.ChangeFileException.Problem;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One reading of one change file: what it needs to know, and every problem found so far.
final class Reading {

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt((Problem p) -> p.at().line()).thenComparingInt(p -> p.at().column());

  private final Source source;
  private final Path directory;
  private final Variables variables;

  /// A set, because an aliased value is read once for every alias.
  private final Set<Problem> problems = new LinkedHashSet<>();

  private int reports;

  Reading(Source source, Path directory, Map<String, String> environment) {
    this.source = source;
    this.directory = directory;
    this.variables = new Variables(environment);
  }

  Source source() {
    return source;
  }

  Variables variables() {
    return variables;
  }

  /// A path as the file means it: relative to the file's own directory.
  ///
  /// @throws java.nio.file.InvalidPathException when the text can be no path
  Path resolve(String path) {
    return directory.resolve(path).normalize();
  }

  void problem(Slot slot, String message) {
    problem(source.place(slot.node()), slot.path(), message, source.excerpt(slot.node()));
  }

  void problem(Place at, String path, String message, String excerpt) {
    reports++;
    problems.add(new Problem(at, path.isEmpty() ? message : path + ": " + message, excerpt));
  }

  /// How often a problem was reported, also the same one; tells whether a value was sound.
  int reports() {
    return reports;
  }

  /// @throws ChangeFileException when there was any problem, with all of them in the file's order
  void throwProblems() {
    if (!problems.isEmpty()) {
      throw new ChangeFileException(sorted());
    }
  }

  private List<Problem> sorted() {
    return problems.stream().sorted(BY_PLACE).toList();
  }
}
