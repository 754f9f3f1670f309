package dev.segue.conductor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.SegueException;
import dev.segue.conductor.journal.Agreement;
import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.FileHome;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.Lease;
import dev.segue.conductor.journal.LeaseHeldException;
import dev.segue.conductor.journal.Request;
import dev.segue.watch.Source;
import dev.segue.watch.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConductorTest {

  private static final String SOURCE =
      """
      change: a-change
      summary: A change
      deploy:
        router: { proxy: { listen: 8080 } }
        old: { command: "./old", port: 8001 }
        new: { command: "./new", port: 8002 }
        health: { path: /health/ }
        dead-man: 30s
      watch:
        every: 10s
        for: 5m
        roll-back-when: ["http.errors > 10"]
      """;

  private static final List<String> CARRIED = List.of("expand", "start", "switch", "settle");

  @TempDir private Path directory;
  private final Rehearsed stage = new Rehearsed();
  private final List<String> damaged = new ArrayList<>();
  private Home home;

  @BeforeEach
  void open() {
    home = FileHome.open(directory.resolve("journal"), stage);
    stage.notNeeded.add("other-way");
  }

  @AfterEach
  void close() {
    Agreement.in(home, damaged);
    home.close();
  }

  private Runs runs() {
    return runs(SOURCE);
  }

  private Runs runs(String source) {
    Path file = directory.resolve("change.yaml");
    Change change = ChangeFile.parse(source, file, Map.of());
    Capability steps =
        new Capability() {
          @Override
          public List<GateCheck> gates(Change c, Workspace w) {
            return List.of(
                progress ->
                    List.of(
                        stage.failing.contains("gates")
                            ? Finding.refused("planted", "no", null)
                            : Finding.passed("planted", "yes")),
                new OfTheWay());
          }

          @Override
          public List<Step> steps(Change c, Workspace w) {
            return List.of(
                stage.step("contract", Stage.CONTRACT),
                stage.step("expand", Stage.EXPAND),
                stage.step("other-way", Stage.EXPAND),
                stage.step("start", Stage.START),
                stage.step("switch", Stage.SWITCH),
                stage.step("settle", Stage.SETTLE));
          }

          @Override
          public List<Source> sources(Change c, Workspace w) {
            return List.of(stage.http());
          }
        };
    Workspace workspace = new Workspace(directory, directory.resolve(".segue"), Map.of());
    return new Runs(
        file,
        source,
        change,
        home,
        new Surroundings(workspace, List.of(steps), stage, stage.listener(), "ana", "test"));
  }

  @Test
  void carriesOutEveryStepInOrderAndRestsBeforeTheContract() {
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isInstanceOf(Standstill.Resting.class);
      assertThat(stage.acts).isEqualTo(CARRIED);
      assertThat(requireNonNull(run.state().trial().ended()).verdict()).isEqualTo(Verdict.PASS);
    }
  }

  @Test
  void finishesOnlyWhenTheWindowIsOverOrWithAReason() {
    try (Run run = runs().start()) {
      run.proceed();
      assertThatThrownBy(() -> run.finish(null, false))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("window-open"));
      stage.now = stage.now.plus(Duration.ofMinutes(31));
      assertThat(run.finish(null, false)).isEqualTo(new Standstill.Over(Outcome.DONE));
      assertThat(stage.world).contains("contract");
      assertThatThrownBy(() -> run.takeBack(Event.Cause.BY_HAND, "late", true))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("contract-begun"));
    }
  }

  @Test
  void takesBackInReverseOrderWhenAStepFails() {
    stage.failing.add("switch");
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
      assertThat(stage.acts).containsExactly("expand", "start", "switch", "-start", "-expand");
      assertThat(stage.world).isEmpty();
    }
  }

  @Test
  void takesNothingBackForWhatCannotBeReached() {
    stage.outOfReach.add("start");
    Runs runs = runs();
    try (Run run = runs.start()) {
      assertThat(run.proceed())
          .isEqualTo(new Standstill.NeedsPerson("start", "planted", "start does not answer", null));
      assertThat(run.state().goingBack()).isFalse();
      stage.outOfReach.clear();
      assertThat(run.proceed()).isInstanceOf(Standstill.Resting.class);
    }
    assertThat(stage.acts).containsExactly("expand", "start", "start", "switch", "settle");
  }

  @Test
  void takesBackWhenARuleIsBroken() {
    stage.onSleep = () -> stage.errors += stage.world.contains("switch") ? 2 : 0;
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
      assertThat(requireNonNull(run.state().trial().breach()).rule()).isEqualTo("http.errors > 10");
      assertThat(stage.world).isEmpty();
    }
  }

  @Test
  void refusedByAGateNothingIsTouched() {
    stage.failing.add("gates");
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.REFUSED));
      assertThat(stage.acts).isEmpty();
    }
  }

  @Test
  void goesOnWhereAnotherConductorStoppedAndRepeatsNothing() {
    try (Run run = runs().start()) {
      stage.onSleep =
          () -> {
            throw new KilledError();
          };
      assertThatThrownBy(run::proceed).isInstanceOf(KilledError.class);
    }
    stage.onSleep = () -> {};
    stage.acts.clear();
    try (Run run = runs().resume().orElseThrow()) {
      assertThat(run.proceed()).isInstanceOf(Standstill.Resting.class);
      assertThat(stage.acts).containsExactly("settle");
    }
  }

  @Test
  void keepsTheWayOfItsPlanWhateverWouldBeChosenNow() {
    try (Run run = runs().start()) {
      stage.onSleep =
          () -> {
            throw new KilledError();
          };
      assertThatThrownBy(run::proceed).isInstanceOf(KilledError.class);
    }
    stage.onSleep = () -> {};
    stage.notNeeded.add("expand");
    stage.notNeeded.remove("other-way");
    try (Run run = runs().resume().orElseThrow()) {
      run.takeBack(Event.Cause.BY_HAND, "the way back knows it, too", false);
      assertThat(run.state().steps()).containsKey("expand").doesNotContainKey("other-way");
      assertThat(stage.acts).contains("-expand").doesNotContain("other-way", "-other-way");
      assertThat(stage.world).isEmpty();
    }
  }

  @Test
  void gatesAreAskedAboutThePlan() {
    assertThat(runs().check(what -> {})).extracting(Finding::message).contains("expand is planned");
    stage.notNeeded.add("expand");
    assertThat(runs().check(what -> {})).extracting(Finding::message).containsExactly("yes");
  }

  @Test
  void adoptsAnEffectWhoseOutcomeWasNotJournaled() {
    stage.world.add("expand");
    try (Run run = runs().start()) {
      run.proceed();
      assertThat(run.state().step("expand").adopted()).isTrue();
      assertThat(stage.acts).doesNotContain("expand");
    }
  }

  @Test
  void turnsRoundWhenTheWorldIsNotAsTheJournalSays() {
    try (Run run = runs().start()) {
      stage.onSleep =
          () -> {
            throw new KilledError();
          };
      assertThatThrownBy(run::proceed).isInstanceOf(KilledError.class);
    }
    stage.onSleep = () -> {};
    stage.world.remove("switch"); // The dead man's switch fired.
    try (Run run = runs().resume().orElseThrow()) {
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
      assertThat(stage.world).isEmpty();
      assertThat(requireNonNull(run.state().course().takeBack()).cause())
          .isEqualTo(Event.Cause.DRIFTED);
    }
  }

  @Test
  void stopsForAPersonWhenAStepCannotBeTakenBackAndGoesOnWhenAsked() {
    stage.failing.add("switch");
    stage.stuck.add("start");
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isInstanceOf(Standstill.NeedsPerson.class);
      assertThat(stage.world).containsExactly("expand", "start");
      stage.stuck.clear();
      assertThat(run.takeBack(Event.Cause.BY_HAND, "again", false))
          .isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
      assertThat(stage.world).isEmpty();
    }
  }

  @Test
  void heedsARequestFromAnotherTerminal() {
    Runs runs = runs();
    try (Run run = runs.start()) {
      stage.onSleep =
          () -> {
            if (home.requests(run.state().run()).isEmpty()) {
              home.request(
                  run.state().run(), new Request("1", stage.now, "bo", Run.TAKE_BACK, "odd"));
            }
          };
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
      assertThat(requireNonNull(run.state().course().takeBack()).by()).isEqualTo("bo");
    }
  }

  @Test
  void afterTheWindowGoingBackNeedsForce() {
    try (Run run = runs().start()) {
      run.proceed();
      stage.now = stage.now.plus(Duration.ofMinutes(31));
      assertThatThrownBy(() -> run.takeBack(Event.Cause.BY_HAND, "late", false))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("window-closed"));
      assertThat(run.takeBack(Event.Cause.BY_HAND, "late", true))
          .isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
    }
  }

  @Test
  void anUnfinishedRunWithAnotherFileIsRefused() {
    try (Run run = runs().start()) {
      run.proceed();
    }
    assertThatThrownBy(() -> runs(SOURCE + "# edited\n").start())
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("file-changed"));
  }

  @Test
  void withoutAPlaceForItsFilesNothingIsBegunAndNothingGoesOn() throws IOException {
    Path state = Files.createFile(directory.resolve(".segue"));
    assertThatThrownBy(() -> runs().start())
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("state-directory"))
        .hasMessageContaining(state.toString());
    assertThat(home.runs("a-change")).isEmpty();

    Files.delete(state);
    try (Run run = runs().start()) {
      run.proceed();
    }
    List<Entry> before = home.read("a-change-1");
    Files.move(state, directory.resolve("elsewhere"));
    Files.createFile(state);
    assertThatThrownBy(() -> runs().resume())
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("state-directory"));
    assertThat(home.read("a-change-1")).isEqualTo(before);
    assertThat(home.holder("a-change")).isEmpty();
  }

  @Test
  void aDamagedJournalStopsEveryWayInAndNamesTheWayOut() throws IOException {
    killedInTheWatch();
    damage("a-change-1");
    for (ThrowingCallable way : List.<ThrowingCallable>of(runs()::start, runs()::resume)) {
      assertThatThrownBy(way)
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> {
                assertThat(e.code()).isEqualTo("journal-corrupt");
                assertThat(e.remedy()).contains("segue journal", "--set-aside");
              });
    }
    assertThat(stage.world).containsExactly("expand", "start", "switch");
  }

  @Test
  void whatARunOfADamagedJournalLeftIsTakenBack() throws IOException {
    killedInTheWatch();
    Path damaged = damage("a-change-1");
    String left = Files.readString(damaged);

    RunState state = runs().setAside("the disk lied");

    assertThat(state.run()).isEqualTo("a-change-2");
    assertThat(requireNonNull(state.start().replaces()).run()).isEqualTo("a-change-1");
    assertThat(state.start().replaces().reason()).isEqualTo("the disk lied");
    assertThat(state.start().replaces().damage()).contains("Record 1");
    assertThat(damaged).hasContent(left);
    stage.acts.clear();
    try (Run run = runs().resume().orElseThrow()) {
      assertThat(run.takeBack(Event.Cause.BY_HAND, "start again", false))
          .isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
    }
    assertThat(stage.acts).containsExactly("-switch", "-start", "-expand");
    assertThat(stage.world).isEmpty();
    try (Run run = runs().start()) {
      assertThat(run.state().run()).isEqualTo("a-change-3");
      assertThat(run.state().start().replaces()).isNull();
    }
  }

  @Test
  void whatARunOfADamagedJournalLeftIsAdopted() throws IOException {
    killedInTheWatch();
    damage("a-change-1");
    runs().setAside("the disk lied");
    stage.acts.clear();
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isInstanceOf(Standstill.Resting.class);
      assertThat(run.state().run()).isEqualTo("a-change-2");
    }
    assertThat(stage.acts).containsExactly("settle");
  }

  @Test
  void whenAGateRefusesWhatARunOfADamagedJournalLeftGoesBack() throws IOException {
    killedInTheWatch();
    damage("a-change-1");
    runs().setAside("the disk lied");
    stage.failing.add("gates");
    try (Run run = runs().start()) {
      assertThat(run.proceed()).isEqualTo(new Standstill.Over(Outcome.TAKEN_BACK));
    }
    assertThat(stage.world).isEmpty();
  }

  @Test
  void onlyADamagedJournalIsSetAside() throws IOException {
    assertThatThrownBy(() -> runs().setAside("why not"))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("no-run"));
    try (Run run = runs().start()) {
      run.proceed();
      assertThatThrownBy(() -> runs().setAside("why not")).isInstanceOf(LeaseHeldException.class);
    }
    assertThatThrownBy(() -> runs().setAside("why not"))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("journal-whole"));
    damaged.add("a-change-1");
    try (Lease lease = home.take("a-change")) {
      lease.append("a-change-1", "not-yet-known", "{}");
    }
    assertThatThrownBy(() -> runs().setAside("why not"))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("journal-unreadable"));
    assertThat(home.runs("a-change")).containsExactly("a-change-1");
  }

  private void killedInTheWatch() {
    try (Run run = runs().start()) {
      stage.onSleep =
          () -> {
            throw new KilledError();
          };
      assertThatThrownBy(run::proceed).isInstanceOf(KilledError.class);
    }
    stage.onSleep = () -> {};
  }

  private Path damage(String run) throws IOException {
    damaged.add(run);
    Path file = directory.resolve("journal/a-change").resolve(run + ".jsonl");
    return Files.writeString(file, Files.readString(file).replaceFirst("\"gates\"", "\"GATES\""));
  }

  @Test
  void theJournalReplaysToTheStateTheRunEndedIn() {
    try (Run run = runs().start()) {
      run.proceed();
      assertThat(Runs.replay(home, run.state().run())).isEqualTo(run.state());
    }
  }

  /// Not an exception on purpose: nothing in the conductor may catch it.
  private static final class KilledError extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// Has something to say only where `expand` is planned.
  private record OfTheWay() implements GateCheck {
    @Override
    public List<Finding> ask(Progress progress) {
      return List.of(Finding.passed("way", "expand is planned"));
    }

    @Override
    public List<Finding> ask(Progress progress, Predicate<String> planned) {
      return planned.test("expand") ? ask(progress) : List.of();
    }
  }
}
