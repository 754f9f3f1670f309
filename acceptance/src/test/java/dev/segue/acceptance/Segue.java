package dev.segue.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The command as a user has it: the launcher, in a process of its own.
///
/// @param environment set besides what the tests run in
public record Segue(Map<String, String> environment) {

  public static final Path ROOT =
      Path.of(System.getProperty("segue.root", "..")).toAbsolutePath().normalize();

  private static final int MINUTES = 5;

  /// What is started here, routers too, is over before the full compiler has begun to pay; it would
  /// take half of the machine meanwhile.
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  public Segue {
    environment = Map.copyOf(environment);
  }

  /// What a finished command left.
  public record Result(int exit, String out, String err) {

    public String all() {
      return out + err;
    }
  }

  /// A command at work. The launcher becomes the program, so the process is the program's own.
  public record Running(List<String> arguments, Process process, Path out, Path err) {

    /// `kill -9`.
    public void kill() {
      process.destroyForcibly();
      await();
    }

    /// `STOP`, `CONT`, `INT`.
    void signal(String name) {
      try {
        new ProcessBuilder("kill", "-" + name, "" + process.pid()).inheritIO().start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    public Result await() {
      try {
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError("no end after %d minutes: %s".formatted(MINUTES, arguments));
        }
        return new Result(process.exitValue(), text(out), text(err));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }

    /// What it has said until now.
    public String said() {
      return text(out) + text(err);
    }

    private static String text(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Result run(String... arguments) {
    return start(arguments).await();
  }

  /// Starts one and leaves it running.
  public Running start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("segue").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("DATABASE_URL"); // of the person who runs the tests
    builder.environment().put("NO_COLOR", "1");
    if (!arguments[0].equals("demo")) { // as a user sees it, figures and all
      builder.environment().put("SEGUE_JAVA_OPTIONS", QUICK);
    }
    builder.environment().putAll(environment);
    try {
      Path outputs = Files.createDirectories(ROOT.resolve("acceptance/target/outputs"));
      Path out = Files.createTempFile(outputs, arguments[0] + "-", ".out");
      Path err = Files.createFile(Path.of(out.toString().replaceFirst("out$", "err")));
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      return new Running(List.of(arguments), process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
