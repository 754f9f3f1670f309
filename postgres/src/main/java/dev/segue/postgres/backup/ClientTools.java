package dev.segue.postgres.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// pg_dump and pg_restore of one directory.
///
/// @param version as they say it, `15.18`
record ClientTools(Path directory, String version, Map<String, String> environment) {

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(\\S*)");
  private static final int ANSWER_SECONDS = 10;
  private static final int TICK_MILLIS = 200;

  /// What a search came to.
  sealed interface Search {
    record Found(ClientTools tools) implements Search {}

    /// @param why a sentence's end: `pg_dump 15.18 in /usr/bin is older than the server, 18.6`
    record None(String why) implements Search {}
  }

  /// Looks for tools at least as new as the server.
  ///
  /// @param directory where to look; null: the PATH
  /// @param server its version, `18.6`
  static Search find(@Nullable Path directory, Map<String, String> environment, String server) {
    List<String> tooOld = new ArrayList<>();
    for (Path candidate : candidates(directory, environment)) {
      String version = version(candidate, environment);
      if (version != null && major(version) >= major(server)) {
        return new Search.Found(new ClientTools(candidate, version, environment));
      }
      if (version != null) {
        tooOld.add(
            "pg_dump %s in %s is older than the server, %s".formatted(version, candidate, server));
      }
    }
    return new Search.None(
        tooOld.isEmpty()
            ? "there is no pg_dump with pg_restore "
                + (directory == null ? "on the PATH" : "in " + directory)
            : tooOld.getFirst());
  }

  private static List<Path> candidates(@Nullable Path directory, Map<String, String> environment) {
    Stream<Path> places =
        directory != null
            ? Stream.of(directory)
            : Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(place -> !place.isEmpty())
                .map(Path::of);
    return places
        .filter(place -> Files.isExecutable(place.resolve("pg_dump")))
        .filter(place -> Files.isExecutable(place.resolve("pg_restore")))
        .distinct()
        .toList();
  }

  private static int major(String version) {
    return Integer.parseInt(version.split("\\D", 2)[0]);
  }

  /// Null when it gives none: a wrapper without a PostgreSQL behind it, say.
  private static @Nullable String version(Path directory, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(directory.resolve("pg_dump").toString(), "--version")
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      Matcher found = VERSION.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
      return found.find() ? found.group(1) + found.group(2) : null;
    } catch (IOException e) {
      return null; // not a program of this machine
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /// How it ended.
  record Ended(int code, String said) {}

  /// Runs one of them to its end. The password goes by the environment, never by the command line.
  ///
  /// @param tick called now and then; when it throws, the tool is stopped
  Ended run(List<String> command, DatabaseUrl url, Runnable tick) throws IOException {
    Path words = Files.createTempFile("segue-", ".log");
    List<String> whole = new ArrayList<>(command);
    whole.set(0, directory.resolve(command.getFirst()).toString());
    ProcessBuilder builder =
        new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(words.toFile());
    builder.environment().clear();
    builder.environment().putAll(surroundings(url));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      while (!process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        tick.run();
      }
      return new Ended(process.exitValue(), Files.readString(words).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SegueException(
          Kind.EXTERNAL, "interrupted", command.getFirst() + " was interrupted", null, e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(words);
    }
  }

  private Map<String, String> surroundings(DatabaseUrl url) {
    Map<String, String> all = new java.util.HashMap<>(environment);
    // Whatever libpq finds there would lead elsewhere than postgres.url does.
    all.keySet().removeIf(name -> name.startsWith("PG"));
    all.put("LC_ALL", "C");
    all.put("PGHOST", url.host());
    all.put("PGPORT", Integer.toString(url.port()));
    all.put("PGDATABASE", url.database());
    all.put("PGAPPNAME", "segue: backup");
    all.put("PGCONNECT_TIMEOUT", "10");
    if (url.user() != null) {
      all.put("PGUSER", url.user());
    }
    Secret password = url.password();
    if (password != null) {
      all.put("PGPASSWORD", password.reveal());
    }
    Map.of(
            "sslmode", "PGSSLMODE",
            "sslrootcert", "PGSSLROOTCERT",
            "sslcert", "PGSSLCERT",
            "sslkey", "PGSSLKEY")
        .forEach((parameter, name) -> {
          String value = url.parameters().get(parameter);
          if (value != null) {
            all.put(name, value);
          }
        });
    return all;
  }
}
