package dev.segue.cli;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.RedisTarget;
import dev.segue.change.RedisTls;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.backup.Restore;
import dev.segue.redis.backup.RedisRestore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `segue restore`: a backup of PostgreSQL into an empty database, keys of one of Redis into the
/// server that is in use.
@Command(
    name = "restore",
    description = {
      "Restores a backup of Segue's. One of PostgreSQL goes into an empty database, and what is there"
          + " then is compared with what was backed up: definitions, rows, checksums. Of one of"
          + " Redis, the keys that hold something else now are put back while the server is used; what"
          + " was written to them since is lost, other keys stay. It says how many there are, and"
          + " changes nothing without --yes.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  createdb rescued",
      "  export RESCUED_URL=postgres://app:secret@db/rescued",
      "  segue restore backups/rename-member-column-20261121-020000Z --into RESCUED_URL",
      "  segue restore backups/member-dates-20261121-020000Z.redis --into REDIS_URL --keys 'member:*'"
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
          "The environment variable that holds the URL of the empty database, or of Redis with the"
              + " number of the database; not the URL itself, so that no password stands on the"
              + " command line.")
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

  @Option(
      names = "--keys",
      paramLabel = "PATTERN",
      defaultValue = "*",
      description = "Which keys of Redis, as SCAN's MATCH takes it (default: all).")
  private String keys;

  @Option(
      names = "--server-tools",
      paramLabel = "DIR",
      description =
          "Where the redis-server is that loads the backup on this machine (default: the PATH).")
  private @Nullable Path serverTools;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "Of Redis over TLS: certificates of the authorities that may vouch for it (default: those"
              + " that Java trusts).")
  private @Nullable Path authorities;

  @Option(
      names = "--cert-file",
      paramLabel = "FILE",
      description = "Of Redis over TLS: the certificate to show, where it wants to see one.")
  private @Nullable Path certificate;

  @Option(names = "--key-file", paramLabel = "FILE", description = "The key of --cert-file.")
  private @Nullable Path key;

  @Option(names = "--yes", description = "Put keys of Redis back; without it they are counted.")
  private boolean yes;

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
          "export " + variable + "=postgres://… or redis://…");
    }
    return RedisRestore.isBackup(backup) ? redis(terminal, url) : postgres(terminal, url);
  }

  private int redis(Terminal terminal, String url) {
    RedisTarget target =
        RedisTarget.parse(variable, url).with(new RedisTls(authorities, certificate, key));
    RedisRestore restore =
        new RedisRestore(
            backup.toAbsolutePath(), target, keys, serverTools, terminal.environment());
    OncePerChange progress = new OncePerChange(terminal);
    RedisRestore.Found found = restore.compare(progress::at);
    boolean due = found.toDo() > 0;
    if (!json) {
      terminal
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "Of %,d keys as they were at %s, %,d hold something else now and %,d are missing in"
                      + " %s.",
                  found.keys(),
                  found.takenAt(),
                  found.different(),
                  found.missing(),
                  target.shown()));
    }
    if (yes && due) {
      found = restore.restore(progress::at);
    }
    if (json) {
      terminal.out().println(Json.document(document(found)));
    } else if (yes) {
      terminal
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%,d were put back; %,d of them were written again meanwhile.",
                  found.restored(),
                  found.writtenMeanwhile()));
    } else if (due) {
      terminal
          .out()
          .println(
              "Nothing was changed. With --yes they are put back; what was written to them since is"
                  + " lost.");
    }
    return (yes || !due ? Exit.DONE : Exit.REFUSED).code();
  }

  private static Map<String, Object> document(RedisRestore.Found found) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("change", found.change());
    document.put("taken_at", found.takenAt().toString());
    document.put("keys", found.keys());
    document.put("different", found.different());
    document.put("missing", found.missing());
    document.put("restored", found.restored());
    document.put("written_meanwhile", found.writtenMeanwhile());
    return document;
  }

  private int postgres(Terminal terminal, String url) {
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
                  Locale.ROOT,
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
