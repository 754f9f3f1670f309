package dev.segue.cli;

import dev.segue.change.ChangeFileException;
import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command itself: its verbs, and what happens to whatever they throw.
@Command(
    name = "segue",
    description = {
      "Carries a change to the data layer of a live application from old to new while users are"
          + " served, watches it, and takes it back without losing a write.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = SegueCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      CheckCommand.class,
      PlanCommand.class,
      RunCommand.class,
      BackfillCommand.class,
      StatusCommand.class,
      RollbackCommand.class,
      FinishCommand.class,
      AbortCommand.class,
      ReportCommand.class,
      JournalCommand.class,
      UpCommand.class,
      ProxyCommand.class,
      RestoreCommand.class,
      SchemaCommand.class,
      WarmUpCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue demo                    all of it, on this machine, with nothing installed",
      "  segue check change.yaml       should we go? YES or NO, with every reason",
      "  segue plan change.yaml        every step, statement and lock; changes nothing",
      "  segue run change.yaml         carry it out; the same command goes on after a crash",
      "  segue rollback change.yaml    take it back",
      "",
      "Exit codes: 0 done; 1 failed and taken back; 2 wrong use or bad input; 3 refused;",
      "4 a person is needed (the output says what state things are in and what to run)."
    })
final class SegueCommand implements Runnable {

  private final Terminal terminal;

  SegueCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /// Picocli shows the text; there is nothing to remember.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this text and exit.")
  void help(boolean asked) {}

  /// Picocli prints the version; there is nothing to remember.
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  void version(boolean asked) {}

  Terminal terminal() {
    return terminal;
  }

  int execute(String... args) {
    try {
      return line().execute(args);
    } catch (Error e) {
      // No room for a thread or an object, or a jar that was taken away meanwhile.
      return new Defect(terminal, List.of(args).contains("--json"))
          .told(e, args.length == 0 ? "" : args[0])
          .code();
    }
  }

  private CommandLine line() {
    return new CommandLine(this)
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(
            new ColorScheme.Builder(CommandLine.Help.defaultColorScheme(terminal.ansi())).build())
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(this::explain);
  }

  private int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    boolean json = flag(command, "--json");
    Complaint complaint = new Complaint(terminal, json);
    return switch (e) {
      case ChangeFileException bad -> complaint.about(bad).code();
      case FencedException fenced ->
          complaint.about(fenced, "as others left it: this conductor changed nothing since").code();
      case SegueException segue -> complaint.about(segue).code();
      default -> new Defect(terminal, json).told(e, command.getCommandName()).code();
    };
  }

  private static boolean flag(CommandLine command, String name) {
    return command.getCommandSpec().findOption(name) != null
        && Boolean.TRUE.equals(command.getCommandSpec().findOption(name).getValue());
  }

  @Override
  public void run() {
    new CommandLine(this)
        .setColorScheme(
            new ColorScheme.Builder(CommandLine.Help.defaultColorScheme(terminal.ansi())).build())
        .usage(terminal.out());
  }

  /// The version of the jar it runs from.
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {"segue " + text(), "Java " + Runtime.version()};
    }

    static String text() {
      String version = SegueCommand.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
