package dev.segue.conductor;

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

  /// A run's own directory; not created here.
  public Path runDirectory(String run) {
    return state.resolve("runs").resolve(run);
  }
}
