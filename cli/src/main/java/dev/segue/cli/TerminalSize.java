package dev.segue.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The size of the terminal, which only the terminal knows: shells do not export COLUMNS.
final class TerminalSize {

  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static @Nullable Integer columns;
  private static long askedAt;
  private static boolean asked;

  private TerminalSize() {}

  /// Null when it cannot be told.
  static synchronized @Nullable Integer columns() {
    long now = System.nanoTime();
    if (!asked || now - askedAt > KEPT_NANOS) {
      columns = ask();
      asked = true;
      askedAt = now;
    }
    return columns;
  }

  private static @Nullable Integer ask() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectErrorStream(true)
              .start();
      String[] size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ", -1);
      return size.length == 2 && size[1].matches("[1-9]\\d{0,4}") ? Integer.valueOf(size[1]) : null;
    } catch (IOException e) {
      return null; // no stty, or no terminal: a guess is good enough to cut lines
    }
  }
}
