package dev.segue.conductor;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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

  /// Makes a run's directory.
  ///
  /// @throws SegueException USER `state-directory` when that cannot be
  void makeRunDirectory(String run) {
    try {
      Private.createDirectories(runDirectory(run));
    } catch (IOException e) {
      throw new SegueException(
          Kind.USER,
          "state-directory",
          "Segue's directory " + state + " cannot be made: " + Private.words(e),
          "Name a directory that this user may write to: --state DIR",
          e);
    }
  }

  /// Makes a run's directory and proves that it can be written to; asked before a run begins, and
  /// not where one goes on: a full disk must not stand in the way back.
  ///
  /// @throws SegueException RESOURCES `state-directory` when nothing can be written
  void makeNewRunDirectory(String run) {
    makeRunDirectory(run);
    Optional<String> complaint = Private.complaint(runDirectory(run));
    if (complaint.isPresent()) {
      throw new SegueException(
          Kind.RESOURCES,
          "state-directory",
          "Segue's directory " + state + " cannot be written to: " + complaint.get(),
          "Make room there or give this user the right to; or name another with --state DIR.");
    }
  }
}
