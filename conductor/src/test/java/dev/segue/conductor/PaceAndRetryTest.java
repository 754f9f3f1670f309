package dev.segue.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.ChangeFile;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.journal.FileHome;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.Request;
import dev.segue.watch.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People have a say in a long step's pace while it is at work, and a step that stands may try
/// again what it left out.
class PaceAndRetryTest {

  private static final String SOURCE =
      """
      change: dates
      redis: { url: redis://localhost }
      backfill: [{ keys: "member:*", convert: [{ datetime-to-epoch: { fields: a } }] }]
      """;

  @TempDir private Path directory;
  private final Rehearsed stage = new Rehearsed();
  private final List<PaceOrder> seen = new ArrayList<>();
  private Home home;

  private static final class KilledError extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeEach
  void open() {
    home = FileHome.open(directory.resolve("journal"), stage);
  }

  @AfterEach
  void close() {
    home.close();
  }

  /// Looks at its pace three times, and dies after the second look when told to.
  private Step copying(boolean killed) {
    Step copy = stage.step("copy", Stage.EXPAND);
    return new Step() {
      @Override
      public PlannedStep describe() {
        return copy.describe();
      }

      @Override
      public String id() {
        return copy.id();
      }

      @Override
      public Stage stage() {
        return copy.stage();
      }

      @Override
      public Observation observe(StepContext context) {
        return copy.observe(context);
      }

      @Override
      public Facts apply(StepContext context) {
        for (int i = 0; i < 3; i++) {
          context.pause(Duration.ofSeconds(2));
          seen.add(context.pace());
          if (killed && i == 1) {
            throw new KilledError();
          }
        }
        return copy.apply(context).with("failed", 5L);
      }

      @Override
      public Facts takeBack(StepContext context) {
        context.pause(Duration.ofSeconds(2));
        seen.add(context.pace());
        return copy.takeBack(context);
      }
    };
  }

  private Runs runs(boolean killed) {
    Path file = directory.resolve("change.yaml");
    Capability steps =
        new Capability() {
          @Override
          public List<GateCheck> gates(dev.segue.change.Change c, Workspace w) {
            return List.of();
          }

          @Override
          public List<Step> steps(dev.segue.change.Change c, Workspace w) {
            return List.of(copying(killed), stage.step("forget", Stage.CONTRACT));
          }

          @Override
          public List<Source> sources(dev.segue.change.Change c, Workspace w) {
            return List.of();
          }
        };
    Workspace workspace = new Workspace(directory, directory.resolve(".segue"), Map.of());
    return new Runs(
        file,
        SOURCE,
        ChangeFile.parse(SOURCE, file, Map.of()),
        home,
        new Surroundings(workspace, List.of(steps), stage, stage.listener(), "ana", "test"));
  }

  private void ask(String id, Event.Ordered what) {
    home.request("dates-1", new Request(id, stage.now, "bo", Pacing.request(what, 0.3), "peak"));
  }

  @Test
  void aPauseOutlivesTheConductorThatHeededIt() {
    stage.onSleep = () -> ask("1", Event.Ordered.PAUSE);
    try (Run run = runs(true).start()) {
      assertThatThrownBy(run::proceed).isInstanceOf(KilledError.class);
    }
    assertThat(seen).last().extracting(PaceOrder::paused).isEqualTo(true);
    stage.onSleep = () -> {};
    seen.clear();
    try (Run run = runs(false).resume().orElseThrow()) {
      assertThat(run.proceed()).isInstanceOf(Standstill.Resting.class);
      assertThat(seen).extracting(PaceOrder::paused).containsOnly(true);
      assertThat(run.state().course().pacing().pause())
          .extracting(Event.PaceOrdered::by, Event.PaceOrdered::reason)
          .containsExactly("bo", "peak");
      ask("2", Event.Ordered.SHARE);
      assertThat(runs(false).unheeded(Runs.replay(home, "dates-1")))
          .singleElement()
          .satisfies(asked -> {
            assertThat(asked.order().what()).isEqualTo(Event.Ordered.SHARE);
            assertThat(asked.order().by()).isEqualTo("bo");
            assertThat(asked.at()).isEqualTo(stage.now);
          });
      run.takeBack(Event.Cause.BY_HAND, "odd", false);
      assertThat(seen)
          .last()
          .as("the way back is not held up")
          .isEqualTo(new PaceOrder(false, OptionalDouble.of(0.3)));
      assertThat(runs(false).unheeded(run.state())).isEmpty();
    }
  }

  @Test
  void whatWasLeftOutIsTriedAgainAndItsWayBackIsTheStepsOwn() {
    try (Run run = runs(false).start()) {
      run.proceed();
      assertThat(run.retry("copy", context -> Facts.of("items", 3).with("failed", 2)))
          .isInstanceOf(Standstill.Resting.class);
      assertThat(Runs.replay(home, "dates-1").step("copy").facts().values())
          .containsEntry(StepState.RETRIES, List.of(Map.of("items", 3L, "failed", 2L)));
      Standstill failed =
          run.retry(
              "copy",
              context -> {
                throw new SegueException(Kind.EXTERNAL, "planted", "gone", null);
              });
      assertThat(failed).isEqualTo(new Standstill.NeedsPerson("copy", "planted", "gone", null));
      assertThat(stage.events)
          .contains(
              new Event.RetryStarted("copy", "ana"),
              new Event.RetryFailed("copy", "planted", "gone", null));
      assertThat(run.takeBack(Event.Cause.BY_HAND, "odd", false))
          .isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
      assertThat(stage.world).isEmpty();
      assertThatThrownBy(() -> run.retry("copy", context -> Facts.NONE))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("retry-too-late"));
    }
  }

  @Test
  void aStepThatDoesNotStandYetHasNothingToTryAgain() {
    try (Run run = runs(false).start()) {
      assertThatThrownBy(() -> run.retry("copy", context -> Facts.NONE))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("retry-too-early"));
    }
  }
}
