package dev.segue.delivery.process;

import dev.segue.change.AppVersion;
import dev.segue.change.Secret;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Whether a command's program is there, where that can be told from its text.
public final class Program {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./+@-]+");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private Program() {}

  /// Says what is missing; empty when all is there or it cannot be told.
  ///
  /// @param inherited the environment the version's own is added to
  public static Optional<String> missing(AppVersion version, Map<String, String> inherited) {
    if (!Files.isDirectory(version.dir())) {
      return Optional.of("there is no directory " + version.dir());
    }
    String word = BLANKS.split(version.command().strip(), 2)[0];
    if (!PLAIN.matcher(word).matches()) {
      return Optional.empty(); // quotes, variables: the shell's business
    }
    if (word.contains("/")) {
      Path program = version.dir().resolve(word);
      return Files.isExecutable(program)
          ? Optional.empty()
          : Optional.of("there is no program " + program);
    }
    Secret own = version.env().get("PATH");
    String path = own == null ? inherited.get("PATH") : own.reveal();
    return path == null || isIn(path, word)
        ? Optional.empty()
        : Optional.of("there is no program '" + word + "' in the PATH");
  }

  private static boolean isIn(String path, String word) {
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, word)));
  }
}
