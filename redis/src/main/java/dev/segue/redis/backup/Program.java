package dev.segue.redis.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A redis-server of this machine.
///
/// @param version as it says it, `7.0.15`
record Program(Path path, String version) {

  private static final Pattern VERSION = Pattern.compile("v=(\\d+\\.\\d+\\.\\d+)");
  private static final int ANSWER_SECONDS = 10;

  /// @param directory where to look; null: the PATH
  static Optional<Program> find(@Nullable Path directory, Map<String, String> environment) {
    Stream<Path> places =
        directory != null
            ? Stream.of(directory)
            : Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(place -> !place.isEmpty())
                .map(Path::of);
    return places
        .flatMap(place -> Stream.of("redis-server", "valkey-server").map(place::resolve))
        .filter(Files::isExecutable)
        .flatMap(program -> version(program).map(v -> new Program(program, v)).stream())
        .findFirst();
  }

  /// Whether it is of an older release than a server: its format of files may then be older.
  boolean olderThan(String server) {
    return compare(version, server) < 0;
  }

  /// Releases only, `7.0` of `7.0.15`.
  static int compare(String a, String b) {
    String[] one = a.split("\\.", -1);
    String[] other = b.split("\\.", -1);
    for (int i = 0; i < Math.min(2, Math.min(one.length, other.length)); i++) {
      int difference = Integer.compare(Integer.parseInt(one[i]), Integer.parseInt(other[i]));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static Optional<String> version(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      Matcher found = VERSION.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
      return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not a program of this machine
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
