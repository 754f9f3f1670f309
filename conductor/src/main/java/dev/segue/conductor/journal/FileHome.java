package dev.segue.conductor.journal;

import java.nio.file.Path;
import java.time.InstantSource;

/// Keeps runs in a directory.
public final class FileHome {
  private FileHome() {}

  /// Opens the home. The directory is made when something is first written to it.
  public static Home open(Path directory, InstantSource clock) {
    throw new UnsupportedOperationException("not yet: " + directory + clock);
  }
}
