package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue demo`: all of it, on this machine.
@Command(
    name = "demo",
    description = {
      "Shows all of it on this machine, with nothing installed: a real PostgreSQL, a real application"
          + " in two versions, requests through the router, a column renamed under them, taken back by"
          + " hand, and once more with a new version that begins to fail, so that the watch takes it"
          + " back. Windows are shortened to seconds. Cleans up after itself; the reports stay.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue demo",
      "  segue demo --rows 1000000          the lock stays as short",
      "  segue demo --json                  one document with the figures"
    })
final class DemoCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "50000",
      description = "Rows in the table whose column is renamed (${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "200",
      description = "Requests a second (${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where logs, backups and reports go (default: a new directory under the temporary one).")
  private @Nullable Path directory;

  @Option(names = "--json", description = "Write one JSON document with the figures at the end.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (rows < 1 || rate < 1) {
      throw new SegueException(
          Kind.USER, "bad-number", "--rows and --rate must be 1 or more", null);
    }
    Path parent =
        directory == null
            ? Path.of(System.getProperty("java.io.tmpdir"))
            : Files.createDirectories(directory.toAbsolutePath());
    // Always a new one: an earlier demo's router state is none of ours.
    Path place = Files.createTempDirectory(parent, "segue-demo-");
    Terminal terminal = segue.terminal();
    DemoFigures figures;
    try (Demo demo = new Demo(terminal, json, example(terminal), place, rows, rate)) {
      figures = demo.play();
    }
    if (json) {
      terminal.out().println(Json.document(figures.document()));
    } else {
      figures.lines().forEach(terminal.out()::println);
    }
    return (figures.good() ? Exit.DONE : Exit.NEEDS_PERSON).code();
  }

  /// The example's directory: beside the launcher, or below the working directory.
  private static Path example(Terminal terminal) {
    String launcher = terminal.environment().get("SEGUE_COMMAND");
    Path example =
        launcher == null
            ? Path.of("examples/rename-column").toAbsolutePath()
            : Path.of(launcher).resolveSibling("examples/rename-column");
    if (!Files.isRegularFile(example.resolve("change.yaml"))) {
      throw new SegueException(
          Kind.USER,
          "example-missing",
          "There is no example at " + example,
          "Run ./segue demo from a checkout of Segue.");
    }
    return example;
  }
}
