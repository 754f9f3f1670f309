package dev.segue.postgres.rehearsal;

import dev.segue.change.PostgresTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.LoneRun;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.postgres.backfill.BackfillStep;
import dev.segue.postgres.backfill.CompareStep;
import dev.segue.postgres.definition.PinnedSession;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.postgres.online.Effects;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A schema without its rows in a scratch database, on which the change's own steps are carried out
/// as they will be on the live one.
public final class SchemaCopy implements AutoCloseable {

  private final ScratchDatabase scratch;
  private final Site site;
  private final List<String> lacking;
  private final Path directory;
  private final LoneRun context;

  private SchemaCopy(
      ScratchDatabase scratch, Site site, List<String> lacking, Path directory, String run) {
    this.scratch = scratch;
    this.site = site;
    this.lacking = List.copyOf(lacking);
    this.directory = directory;
    this.context = new LoneRun(run, directory);
  }

  /// @param path where its sessions look for names
  /// @param run the steps are told it is
  public static SchemaCopy of(Site live, SchemaDefinition definition, String path, String run)
      throws SQLException {
    ScratchDatabase scratch = ScratchDatabase.like(live.target());
    try {
      List<String> lacking = new ArrayList<>(definition.leftOut());
      try (Connection maker = scratch.connect()) {
        PinnedSession.pin(maker);
        lacking.addAll(definition.createWhatCanBe(maker));
        Sql.execute(
            maker,
            "ALTER DATABASE %s SET search_path = %s"
                .formatted(Identifiers.quoted(scratch.url().database()), path));
      }
      PostgresTarget target = live.target();
      Site site =
          new Site(
              live.change(),
              new PostgresTarget(
                  scratch.url(),
                  null,
                  target.lockTimeout(),
                  target.lockAttempts(),
                  target.backfill(),
                  null));
      return new SchemaCopy(
          scratch, site, lacking, Files.createTempDirectory("segue-rehearsal"), run);
    } catch (IOException e) {
      scratch.close();
      throw new UncheckedIOException(e);
    } catch (SQLException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /// What the live database has and the copy has not.
  public List<String> lacking() {
    return lacking;
  }

  public Site site() {
    return site;
  }

  Connection connect() {
    return scratch.connect();
  }

  /// Takes over what the change has done to the live database, so that the copy can be taken back.
  void adopt(List<Effects.Kept> effects) throws SQLException {
    if (!effects.isEmpty()) {
      try (Connection connection = connect()) {
        Effects.prepare(connection);
        for (Effects.Kept effect : effects) {
          Sql.execute(
              connection, Effects.kept(site.change(), effect.step(), effect.effect()).text());
        }
      }
    }
  }

  /// Takes back what an earlier run of the change has left.
  void reset(List<Act> acts) {
    for (Act act : acts.reversed()) {
      Step step = act.step();
      if (isPlayed(step, Stage.EXPAND) && stands(step)) {
        step.takeBack(context);
      }
    }
  }

  /// A step of the way that was not taken may not find what it is about: under a facade there is no
  /// table of that name.
  private boolean stands(Step step) {
    try {
      return step.observe(context) instanceof Observation.Present;
    } catch (SegueException e) {
      return false;
    }
  }

  /// Whether the schema is one these steps can begin with.
  ///
  /// @return what is not as they expect; empty where all is well
  List<String> misfits(List<Act> acts) {
    return acts.stream()
        .map(Act::step)
        .filter(step -> isPlayed(step, Stage.EXPAND))
        .flatMap(step ->
            step.observe(context) instanceof Observation.Partial partial && !partial.ours()
                ? Stream.of(partial.what())
                : Stream.empty())
        .toList();
  }

  /// Carries out the steps of a stage.
  ///
  /// @throws StepFailedException with what the server said to the first that cannot be
  public void play(List<Act> acts, Stage stage) {
    for (Act act : acts) {
      Step step = act.step();
      if (isPlayed(step, stage) && !act.reachesOut()) {
        try {
          if (!(step.observe(context) instanceof Observation.Present)) {
            context.keep(step.id(), step.apply(context));
          }
        } catch (RuntimeException e) {
          throw new StepFailedException(act, e);
        }
      }
    }
  }

  /// There are no rows to copy or compare.
  private static boolean isPlayed(Step step, Stage stage) {
    return step.stage() == stage
        && !(step instanceof BackfillStep)
        && !(step instanceof CompareStep);
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      scratch.close();
    }
  }

  /// A step that cannot be carried out on the copy.
  public static final class StepFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StepFailedException(Act act, RuntimeException cause) {
      super(
          "%s cannot be carried out on a copy of the schema (%s): %s"
              .formatted(act.words(), act.step().id(), cause.getMessage()),
          cause);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
