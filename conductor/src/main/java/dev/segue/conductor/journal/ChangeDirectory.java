package dev.segue.conductor.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Where the files of one change are.
record ChangeDirectory(Path path, String change) {

  private static final String JOURNAL = ".jsonl";

  static ChangeDirectory of(Path root, String change) {
    return new ChangeDirectory(root.resolve(RunId.checkChange(change)), change);
  }

  /// Locked by whoever holds the change.
  Path lock() {
    return path.resolve("lock");
  }

  Path lease() {
    return path.resolve("lease.json");
  }

  Path journal(String run) {
    return path.resolve(run + JOURNAL);
  }

  Path ending(String run) {
    return path.resolve(run + ".end.json");
  }

  Path requests(String run) {
    return path.resolve(run + ".requests");
  }

  /// By number. A run is there from its first record on.
  List<RunId> runs() {
    return Disk.list(path).stream()
        .map(f -> f.getFileName().toString())
        .filter(name -> name.endsWith(JOURNAL))
        .map(name -> RunId.find(name.substring(0, name.length() - JOURNAL.length())))
        .flatMap(Optional::stream)
        .filter(run -> run.change().equals(change))
        .sorted(Comparator.comparingInt(RunId::number))
        .toList();
  }

  RunId nextRun() {
    List<RunId> runs = runs();
    return new RunId(change, runs.isEmpty() ? 1 : runs.getLast().number() + 1);
  }

  void end(String run, String outcome, Instant at) {
    Path file = ending(run);
    if (!Files.exists(file) || !JsonFile.read(file, Ended.class).outcome().equals(outcome)) {
      JsonFile.write(file, new Ended(change, run, at, outcome));
    }
  }
}
