package dev.segue.cli;

import java.nio.file.Path;
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

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text and exit.")
  private boolean help;

  Path file() {
    if (file == null) {
      throw new IllegalStateException("picocli requires FILE");
    }
    return file;
  }

  boolean json() {
    return json;
  }

  /// The directory of the change file.
  Path directory() {
    Path parent = file().toAbsolutePath().normalize().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  Path state() {
    return state == null ? directory().resolve(".segue") : state.toAbsolutePath().normalize();
  }

  @Nullable String journal() {
    return journal;
  }
}
