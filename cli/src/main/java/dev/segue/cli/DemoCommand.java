package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `segue demo`: all of it, on this machine.
@Command(
    name = "demo",
    description = {
      "Shows all of it on this machine, with nothing installed: a real PostgreSQL, a real application"
          + " in two versions, requests through the router, a column renamed under them, taken back by"
          + " hand, and once more with a new version that begins to fail, so that the watch takes it"
          + " back. Windows are shortened to seconds. Cleans up after itself; the reports stay.",
      "",
      "With redis-datetime it shows data instead of a schema: a Redis with dates in every form, an"
          + " application that writes them, the dates converted under it, taken back to the byte, and"
          + " converted again for good.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue demo",
      "  segue demo redis-datetime",
      "  segue demo --rows 1000000          the lock stays as short",
      "  segue demo --json                  one document with the figures"
    })
final class DemoCommand implements Callable<Integer> {

  private static final String COLUMN = "rename-column";
  private static final String DATES = "redis-datetime";
  private static final int ROWS = 50_000;
  private static final int KEYS = 200_000;

  @ParentCommand private SegueCommand segue;

  @Parameters(
      arity = "0..1",
      paramLabel = "EXAMPLE",
      defaultValue = COLUMN,
      description = "rename-column or redis-datetime (${DEFAULT-VALUE}).")
  private String example = COLUMN;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows in the table whose column is renamed (50000), or keys (200000).")
  private @Nullable Integer rows;

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
    if (!example.equals(COLUMN) && !example.equals(DATES)) {
      throw new SegueException(
          Kind.USER,
          "usage",
          "There is no demo of '" + example + "'; there are rename-column and redis-datetime",
          "segue demo --help");
    }
    int items = rows != null ? rows : example.equals(DATES) ? KEYS : ROWS;
    if (items < (example.equals(DATES) ? 1_000 : 1) || rate < 1) {
      throw new SegueException(
          Kind.USER, "bad-number", "--rows and --rate must be 1 or more; keys at least 1000", null);
    }
    Path parent =
        directory == null
            ? Path.of(System.getProperty("java.io.tmpdir"))
            : Files.createDirectories(directory.toAbsolutePath());
    // Always a new one: an earlier demo's router state is none of ours.
    Path place = Files.createTempDirectory(parent, "segue-demo-");
    Terminal terminal = segue.terminal();
    return (example.equals(DATES) ? dates(terminal, place, items) : column(terminal, place, items))
        .code();
  }

  private Exit column(Terminal terminal, Path place, int items) {
    DemoFigures figures;
    try (Demo demo = new Demo(terminal, json, directory(terminal, COLUMN), place, items, rate)) {
      figures = demo.play();
    }
    return told(terminal, figures.good(), figures.document(), figures.lines());
  }

  private Exit dates(Terminal terminal, Path place, int items) {
    DatetimeFigures figures;
    try (DatetimeDemo demo =
        new DatetimeDemo(terminal, json, directory(terminal, DATES), place, items)) {
      figures = demo.play();
    }
    return told(terminal, figures.good(), figures.document(), figures.lines());
  }

  private Exit told(
      Terminal terminal, boolean good, Map<String, Object> document, List<String> lines) {
    if (json) {
      terminal.out().println(Json.document(document));
    } else {
      lines.forEach(terminal.out()::println);
    }
    return good ? Exit.DONE : Exit.NEEDS_PERSON;
  }

  /// The example's directory: beside the launcher, or below the working directory.
  private static Path directory(Terminal terminal, String name) {
    String launcher = terminal.environment().get("SEGUE_COMMAND");
    Path example =
        launcher == null
            ? Path.of("examples", name).toAbsolutePath()
            : Path.of(launcher).resolveSibling("examples/" + name);
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
