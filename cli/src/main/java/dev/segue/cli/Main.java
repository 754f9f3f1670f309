package dev.segue.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// Where the program begins: the only place that knows the process's own streams and environment.
public final class Main {

  private Main() {}

  @SuppressWarnings("SystemConsoleNull")
  public static void main(String[] args) {
    // Numbers in SQL, in journals and in commands have the digits that machines read.
    Locale.setDefault(Locale.ROOT);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    // Null again since 25 where neither end is a terminal.
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    System.exit(run(args, out, err, System.getenv(), terminal));
  }

  /// The same as the program, for tests and for other programs.
  ///
  /// @param terminal whether `out` is a terminal that can be repainted
  /// @return the exit code
  public static int run(
      String[] args,
      PrintWriter out,
      PrintWriter err,
      Map<String, String> environment,
      boolean terminal) {
    return new SegueCommand(new Terminal(out, err, environment, terminal)).execute(args);
  }
}
