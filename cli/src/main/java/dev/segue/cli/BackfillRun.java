package dev.segue.cli;

import dev.segue.backfill.Store;
import dev.segue.change.Backfill;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.Overrides;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.cli.ChangeArguments.Target;
import dev.segue.conductor.Run;
import dev.segue.conductor.Standstill;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue backfill run`: convert.
@Command(
    name = "run",
    description = {
      "Converts, beside users. Returns when everything has its new form; the old values are kept until"
          + " 'segue finish', and 'segue backfill rollback' brings them back.",
      "",
      "Killed at any moment, the same command goes on where things stand: nothing twice, nothing"
          + " missed. What is said here instead of in the file is stored with the run, and need not be"
          + " said again to go on with it.",
      "",
      "The same as 'segue run' for a file that changes nothing but data.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue backfill run change.yaml",
      "  segue backfill run change.yaml --batch-size 200 --failure-mode log-and-skip --max-errors 50",
      "  segue backfill run change.yaml --failure-mode default:0",
      "  segue backfill run change.yaml --only-failed      again, what was skipped",
      "  segue backfill run change.yaml --json             events and progress, one a line"
    })
final class BackfillRun implements Callable<Integer> {

  private static final String DEFAULT = "default:";

  @ParentCommand private BackfillCommand backfill;
  @Mixin private ChangeArguments arguments;
  @Mixin private Force force;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Items of a batch at most; fewer where a batch takes longer than it should.")
  private @Nullable Integer batchSize;

  @Option(
      names = "--failure-mode",
      paramLabel = "MODE",
      description =
          "What happens to an item that cannot be converted: fail, log-and-skip or default:VALUE.")
  private @Nullable String failureMode;

  @Option(
      names = "--max-errors",
      paramLabel = "N",
      description = "More items than this that cannot be converted end the run.")
  private @Nullable Long maxErrors;

  @Option(names = "--backfill", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String name;

  @Option(
      names = "--only-failed",
      description = "Only what the run that stands had to skip, once it is mended.")
  private boolean onlyFailed;

  @Override
  public Integer call() {
    boolean forced = force.given();
    if (force.reason() != null && !forced) {
      throw usage("--reason without --force: a run needs no reason");
    }
    Terminal terminal = backfill.terminal();
    Backfills backfills =
        new Backfills(arguments.file(), arguments.target().change(terminal.environment()));
    backfills.requireNothingElse("segue run");
    List<Backfill> chosen = backfills.chosen(name);
    if (onlyFailed) {
      return again(terminal, chosen).code();
    }
    Target target = arguments.target().saying(overrides(chosen).text());
    return new CarryingOut(terminal, arguments, target).run(force.reason(), false).code();
  }

  private Exit again(Terminal terminal, List<Backfill> chosen) {
    if (batchSize != null || failureMode != null || maxErrors != null) {
      throw usage("--only-failed goes by what its run was told; it takes no other options");
    }
    try (Conducting conducting = new Conducting(terminal, arguments);
        Run run =
            conducting
                .desk()
                .runs()
                .resume()
                .orElseThrow(() ->
                    new SegueException(
                        Kind.USER,
                        "no-run",
                        "There is no run of this change that stands",
                        "segue backfill run " + arguments.file()))) {
      Standstill standstill = run.proceed();
      for (Backfill one : run.change().data().backfills()) {
        if (chosen.stream().anyMatch(c -> c.name().equals(one.name()))
            && standstill instanceof Standstill.Resting) {
          standstill =
              run.retry(
                  one.step(),
                  context ->
                      Store.of(one)
                          .again(context, run.change(), conducting.desk().workspace(), one));
        }
      }
      return conducting.conclude(standstill, run);
    }
  }

  private Overrides overrides(List<Backfill> chosen) {
    if (batchSize != null && batchSize < 1) {
      throw usage("--batch-size must be 1 or more");
    }
    if (maxErrors != null && maxErrors < 0) {
      throw usage("--max-errors must be 0 or more");
    }
    Mode mode = mode();
    boolean strict =
        mode == null
            ? chosen.stream().anyMatch(b -> b.failures().mode() == Mode.FAIL)
            : mode == Mode.FAIL;
    if (maxErrors != null && strict) {
      throw usage(
          "--max-errors where the first item that fails ends the run: add --failure-mode"
              + " log-and-skip");
    }
    return new Overrides(
        name == null ? List.of() : List.of(name),
        batchSize == null ? 0 : batchSize,
        mode,
        mode == Mode.DEFAULT && failureMode != null
            ? failureMode.substring(DEFAULT.length())
            : null,
        maxErrors == null ? -1 : maxErrors);
  }

  private @Nullable Mode mode() {
    return switch (failureMode) {
      case null -> null;
      case "fail" -> Mode.FAIL;
      case "log-and-skip" -> Mode.LOG_AND_SKIP;
      case String text when text.startsWith(DEFAULT) -> Mode.DEFAULT;
      default ->
          throw usage(
              "--failure-mode " + failureMode + " is neither fail, log-and-skip nor default:VALUE");
    };
  }

  private static SegueException usage(String what) {
    return new SegueException(Kind.USER, "usage", what, "segue backfill run --help");
  }
}
