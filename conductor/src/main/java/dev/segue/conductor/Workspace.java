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

  /// A run's own directory; not created here.
  public Path runDirectory(String run) {
    return state.resolve("runs").resolve(run);
  }

  /// Makes a run's directory and proves that it can be written to, before anything is journaled
  /// that would need it.
  void makeRunDirectory(String run) {
    Path directory = runDirectory(run);
    try {
      Private.createDirectories(directory);
      // Asking for the right says nothing about a file system that is full or read-only.
      Files.delete(Files.createTempFile(directory, ".probe-", ""));
    } catch (IOException e) {
      throw new SegueException(
          Kind.USER,
          "state-directory",
          "Segue's directory " + state + " cannot be used: " + e,
          "Make it a directory that this user may write to and that has room, or name another with"
              + " --state.",
          e);
    }
  }
}
