package dev.segue.cli;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.backup.Restore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `segue restore`: a backup into an empty database.
@Command(
    name = "restore",
    description = {
      "Restores a backup of Segue's into an empty database and compares what is there then with what"
          + " was backed up: definitions, rows, checksums.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  createdb rescued",
      "  export RESCUED_URL=postgres://app:secret@db/rescued",
      "  segue restore backups/rename-member-column-20261121-020000Z --into RESCUED_URL"
    })
final class RestoreCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;

  @Parameters(index = "0", paramLabel = "BACKUP", description = "The directory of one backup.")
  private Path backup;

  @Option(
      names = "--into",
      paramLabel = "VARIABLE",
      required = true,
      description =
          "The environment variable that holds the empty database's URL; not the URL itself, so that"
              + " no password stands on the command line.")
  private String variable;

  @Option(
      names = "--client-tools",
      paramLabel = "DIR",
      description = "Where pg_restore is (default: the PATH); for backups made by pg_dump.")
  private @Nullable Path clientTools;

  @Option(
      names = "--access",
      description = "Also owners, grants and policies; the roles they name must exist.")
  private boolean access;

  @Option(names = "--json", description = "Write JSON on standard output instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    Terminal terminal = segue.terminal();
    String url = terminal.environment().get(variable);
    if (url == null) {
      throw new SegueException(
          Kind.USER,
          "no-such-variable",
          "There is no environment variable " + variable,
          "export " + variable + "=postgres://…");
    }
    Restore.Restored restored =
        new Restore(clientTools, terminal.environment(), access)
            .into(
                DatabaseUrl.parse(variable, url),
                backup.toAbsolutePath(),
                new OncePerChange(terminal)::at);
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("change", restored.change());
      document.put("taken_at", restored.takenAt().toString());
      document.put("tables", restored.tables());
      document.put("rows", restored.rows());
      document.put("left_out", restored.leftOut());
      terminal.out().println(Json.document(document));
    } else {
      terminal
          .out()
          .println(
              String.format(
                  java.util.Locale.ROOT,
                  "%,d tables with %,d rows, as they were at %s; everything agrees.",
                  restored.tables(),
                  restored.rows(),
                  restored.takenAt()));
      restored.leftOut().forEach(what -> terminal.out().println("  left out: " + what));
    }
    return Exit.DONE.code();
  }

  /// Prints what is being done when that changes.
  private static final class OncePerChange {

    private final Terminal terminal;
    private String last = "";

    OncePerChange(Terminal terminal) {
      this.terminal = terminal;
    }

    void at(String what, double done) {
      if (!what.equals(last)) {
        last = what;
        terminal.err().println("… " + what);
      }
    }
  }
}
