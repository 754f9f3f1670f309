package dev.segue.change;

import java.nio.file.Path;
import java.util.Map;

/// Reads change files.
public final class ChangeFile {

  private ChangeFile() {}

  /// Reads and validates a change file.
  ///
  /// @param environment where `${NAME}` is looked up
  /// @throws ChangeFileException with every problem found, each with its place
  public static Change read(Path file, Map<String, String> environment) {
    throw new UnsupportedOperationException(file + " " + environment.size());
  }

  public static Change parse(String text, Path file, Map<String, String> environment) {
    throw new UnsupportedOperationException(text + file + environment.size());
  }
}
