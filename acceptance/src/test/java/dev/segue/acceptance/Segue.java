package dev.segue.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The command as a user has it: the launcher, in a process of its own.
final class Segue {

  static final Path ROOT = Path.of(System.getProperty("segue.root", "..")).toAbsolutePath();

  private final Map<String, String> environment;

  Segue(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// What a finished command left.
  record Result(int exit, String out, String err) {

    String all() {
      return out + err;
    }
  }

  Result run(String... arguments) {
    try {
      Path out = Files.createTempFile("segue-", ".out");
      Path err = Files.createTempFile("segue-", ".err");
      Process process = start(out, err, arguments);
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("no end after 5 minutes: " + List.of(arguments));
      }
      Result result =
          new Result(
              process.exitValue(),
              Files.readString(out, StandardCharsets.UTF_8),
              Files.readString(err, StandardCharsets.UTF_8));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /// Starts one and leaves it running.
  Process start(Path out, Path err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("segue").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("NO_COLOR", "1");
    return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }
}
