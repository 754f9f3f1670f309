package dev.segue.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/// Where a command writes, and what it may do there.
///
/// @param live whether lines already printed can be repainted
public record Terminal(
    PrintWriter out, PrintWriter err, Map<String, String> environment, boolean live) {

  public Terminal {
    environment = Map.copyOf(environment);
  }

  /// Colours only on a terminal, and never against NO_COLOR (no-color.org).
  Ansi ansi() {
    String noColor = environment.getOrDefault("NO_COLOR", "");
    boolean forced = !environment.getOrDefault("CLICOLOR_FORCE", "0").equals("0");
    return noColor.isEmpty() && (live || forced) ? Ansi.ON : Ansi.OFF;
  }

  /// Text with picocli's markup, `@|bold,green text|@`.
  String styled(String markup) {
    return ansi().string(markup);
  }

  /// A text in one style. Unlike [#styled], nothing in the text is taken for markup.
  String in(String style, String text) {
    return ansi() == Ansi.ON
        ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.off(Ansi.Style.parse(style))
        : text;
  }

  /// Columns of the terminal, asked of it each time, for it may have been resized.
  int width() {
    Integer asked = live ? TerminalSize.columns() : null;
    if (asked != null) {
      return asked;
    }
    try {
      return Math.max(40, Integer.parseInt(environment.getOrDefault("COLUMNS", "100")));
    } catch (NumberFormatException e) {
      return 100;
    }
  }
}
