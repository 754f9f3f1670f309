package dev.segue.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A shell process that outlives this JVM just long enough to stop a server it left running, and to
/// remove what was temporary. It waits for the end of its standard input, which comes when this JVM
/// says so or is no more, however it ended.
final class Guard {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// A fast shutdown; an immediate one after ten seconds.
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      while read -r line; do :; done
      pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
      if [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null; then
        n=0
        while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
        kill -QUIT "$pid" 2>/dev/null
      fi
      if [ "$3" = true ]; then
        rm -rf "$1" "$2"
        rmdir "$(dirname "$1")" 2>/dev/null
      fi
      exit 0
      """;

  private final Path data;
  private final Process shell;

  private Guard(Path data, Process shell) {
    this.data = data;
    this.shell = shell;
  }

  /// @param temporary whether data and log go when the guard does
  static Guard over(Path data, Path log, boolean temporary) throws IOException {
    Process shell =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                SCRIPT,
                "segue-postgres-guard",
                data.toString(),
                log.toString(),
                Boolean.toString(temporary))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    return new Guard(data, shell);
  }

  /// Has it do its work now, and waits until it is done.
  void dismiss() {
    try {
      shell.getOutputStream().close();
      if (!shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new EmbeddedServerException("The server in " + data + " does not go away.", null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
