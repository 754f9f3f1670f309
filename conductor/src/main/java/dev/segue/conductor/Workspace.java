package dev.segue.conductor;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Where Segue keeps what is not in a database.
///
/// @param changeDirectory the directory of the change file
/// @param state Segue's own directory (`.segue` beside the change file unless told otherwise)
/// @param environment the process's environment
public record Workspace(Path changeDirectory, Path state, Map<String, String> environment) {

  public Workspace {
    environment = Map.copyOf(environment);
  }

  /// Makes the place for runs.
  ///
  /// @throws SegueException USER `state-directory` when that cannot be
  void make() {
    Path runs = state.resolve("runs");
    try {
      Files.createDirectories(runs);
    } catch (IOException e) {
      throw new SegueException(
          Kind.USER,
          "state-directory",
          runs + " cannot be made: " + (Files.isRegularFile(state) ? state + " is a file" : e),
          "Give Segue a directory it may write in: --state DIR",
          e);
    }
  }

  /// A run's own directory; not created here.
  public Path runDirectory(String run) {
    return state.resolve("runs").resolve(run);
  }
}
