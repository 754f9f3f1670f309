package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// What nobody foresaw, told so that a person still knows where things stand.
final class Defect {

  /// Shows where it came from on the spot instead of in a file.
  private static final String TRACE = "SEGUE_TRACE";

  private static final Set<String> READING =
      Set.of("check", "plan", "status", "journal", "report", "schema");

  private final Terminal terminal;
  private final boolean json;

  Defect(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  /// @param command as it was called, `run`
  Exit told(Throwable e, String command) {
    StackTraceElement[] trace = e.getStackTrace();
    String where = trace.length == 0 ? "" : " at " + trace[0];
    return new Complaint(terminal, json)
        .about(
            new SegueException(
                Kind.INTERNAL,
                "internal",
                "A defect of Segue: " + e + where,
                "segue status; the same command again looks where things stand and goes on."
                    + " Please report this, with "
                    + kept(e),
                e),
            READING.contains(command)
                ? "this command changes nothing"
                : "what the journal says is so; whether what was begun last has happened is not"
                    + " known until a command looks");
  }

  /// Where the stack trace was put, in words.
  private String kept(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    if (!terminal.environment().getOrDefault(TRACE, "").isEmpty()) {
      terminal.err().print(text);
      return "what is printed above.";
    }
    try {
      Path file = Files.createTempFile("segue-defect-", ".txt");
      Files.writeString(file, SegueCommand.Version.text() + "\n" + text);
      return file + ".";
    } catch (IOException unwritable) {
      terminal.err().print(text);
      return "what is printed above (no file can be written: " + unwritable.getMessage() + ").";
    }
  }
}
