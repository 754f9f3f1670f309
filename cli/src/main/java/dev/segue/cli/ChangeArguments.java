package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Workspace;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What every command about one change is told.
final class ChangeArguments {

  @Parameters(index = "0", paramLabel = "FILE", description = "The change file.")
  private @Nullable Path file;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where Segue keeps logs, exports and the router's state (default: .segue beside the"
              + " change file).")
  private @Nullable Path state;

  @Option(
      names = "--journal",
      paramLabel = "WHERE",
      description =
          "Where the journal is kept: 'database' (the change's own, schema segue), or 'file:DIR'."
              + " Default: the database if the change has one.")
  private @Nullable String journal;

  @Option(names = "--json", description = "Write JSON on standard output instead of text.")
  private boolean json;

  boolean json() {
    return json;
  }

  Path file() {
    if (file == null) {
      throw new IllegalStateException("picocli requires FILE");
    }
    return file;
  }

  Target target() {
    Path parent = file().toAbsolutePath().normalize().getParent();
    Path directory = parent == null ? Path.of("/") : parent;
    return new Target(
        file(),
        directory,
        state == null ? directory.resolve(".segue") : state.toAbsolutePath().normalize(),
        journal,
        "");
  }

  /// Which change, and where what belongs to it lies.
  ///
  /// @param directory of the change file, absolute
  /// @param state Segue's own directory
  /// @param journal as given: `database`, `file:DIR`, or null for the usual place
  /// @param said on the command line besides the file, as [Overrides#text]; usually blank
  record Target(Path file, Path directory, Path state, @Nullable String journal, String said) {

    /// The same, with what the command line says besides.
    Target saying(String besides) {
      return new Target(file, directory, state, journal, besides);
    }

    /// The change file's text, and what the command line says besides.
    String source() {
      String text = ChangeFile.text(file);
      return said.isEmpty() ? text : text + said;
    }

    Change change(Map<String, String> environment) {
      return ChangeFile.parse(source(), file, environment);
    }

    Workspace workspace(Map<String, String> environment) {
      return new Workspace(directory, state, environment);
    }
  }
}
