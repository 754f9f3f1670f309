package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Journal.Hold;
import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The conductor is killed while users are served, and the same command is given again.
@Tag("acceptance")
class KillTest {

  private static final int REQUESTS_A_SECOND = 100;

  /// When in a step: it was begun, or it was carried out and nobody has noted that.
  enum Moment {
    BEGUN,
    DONE
  }

  /// Killed on the way there, and then on the way back as well.
  @ParameterizedTest(name = "there: {0}, {1}; back: {2}, {3}, then {4}")
  @CsvSource({
    "expand-unified_db_personlink, BEGUN, switch, BEGUN, rollback",
    "expand-unified_db_personlink, DONE, switch, DONE, run",
    "start-new, BEGUN, start-new, BEGUN, run",
    "start-new, DONE, expand-unified_db_personlink, BEGUN, run",
    "switch, BEGUN, expand-unified_db_personlink, DONE, rollback",
    "switch, DONE, start-new, DONE, rollback",
    "watch, BEGUN, switch, BEGUN, run",
  })
  void theSameCommandGoesOnOrGoesBack(
      String there, Moment moment, String back, Moment backMoment, String command)
      throws Exception {
    try (Stage stage = stage();
        Users users = stage.users(REQUESTS_A_SECOND)) {
      String before = stage.database().definition();
      kill(stage.start("run"), stage.journal(), "step-started", "step-applied", there, moment);
      Result again = stage.segue("run");
      users.servedSome();
      assertThat(again.exit()).as(again.all()).isIn(0, 1);
      assertThat(stage.journal().records()).contains("conductor-changed");
      assertThat(stage.scratchDatabases()).isEmpty();
      if (again.exit() == 1) {
        asBefore(stage, before);
        Result afresh = stage.segue("run");
        assertThat(afresh.exit()).as(afresh.all()).isZero();
      }
      assertThat(stage.serving()).isEqualTo("new");
      users.allKnown(stage.oldVersion(), stage.newVersion());
      Running rollback = stage.start("rollback", "--reason", "to be killed");
      kill(rollback, stage.journal(), "step-taking-back", "step-taken-back", back, backMoment);
      Result backAgain = stage.segue(command);
      users.servedSome();
      assertThat(backAgain.exit()).as(backAgain.all()).isEqualTo(command.equals("run") ? 1 : 0);
      asBefore(stage, before);
      users.nothingLost(stage.oldVersion());
    }
  }

  /// The run is marked as ended first, so that a kill before its last record leaves one that is
  /// ended again.
  @Test
  void killedBetweenTheEndAndItsRecord() throws Exception {
    try (Stage stage = stage();
        Users users = stage.users(REQUESTS_A_SECOND)) {
      String before = stage.database().definition();
      Result run = stage.segue("run");
      assertThat(run.exit()).as(run.all()).isZero();
      Running back = stage.start("rollback");
      try (Hold hold = stage.journal().holdBefore("ended")) {
        hold.awaitReached();
        back.kill();
      }
      assertThat(stage.database().column("select outcome from segue.run"))
          .isEqualTo(List.of("TAKEN_BACK"));
      assertThat(stage.journal().records()).doesNotContain("ended");
      Result again = stage.segue("rollback");
      assertThat(again.exit()).as(again.all()).isZero();
      assertThat(stage.journal().records()).endsWith("ended");
      asBefore(stage, before);
      users.nothingLost(stage.oldVersion());
    }
  }

  @Test
  void aBackupKilledWhileItIsProvedIsMadeAnew() throws Exception {
    try (Stage stage = stage();
        Users users = stage.users(REQUESTS_A_SECOND)) {
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", "backup");
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofMinutes(1))
          .until(() -> !stage.scratchDatabases().isEmpty());
      run.kill();
      Result again = stage.segue("run");
      users.servedSome();
      assertThat(again.exit()).as(again.all()).isZero();
      assertThat(stage.scratchDatabases()).isEmpty();
      assertThat(stage.backups()).singleElement().asString().doesNotEndWith(".partial");
      users.nothingLost(stage.oldVersion(), stage.newVersion());
    }
  }

  @Test
  void theRouterGoesBackByItselfWhenNobodyComesBack() throws Exception {
    try (Stage stage = Stage.open().with("for: 3s", "for: 20s").up();
        Users users = stage.users(REQUESTS_A_SECOND)) {
      String before = stage.database().definition();
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", "watch");
      assertThat(stage.serving()).isEqualTo("new");
      run.kill();
      Instant killed = Instant.now();
      await()
          .atMost(Stage.DEAD_MAN.plusSeconds(5))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> stage.serving().equals("old"));
      assertThat(Duration.between(killed, Instant.now())).isLessThan(Stage.DEAD_MAN.plusSeconds(1));
      Result again = stage.segue("run");
      users.servedSome();
      assertThat(again.exit()).as(again.all()).isEqualTo(1);
      assertThat(again.all()).contains("dead man's switch");
      asBefore(stage, before);
      users.nothingLost(stage.oldVersion());
    }
  }

  private static Stage stage() throws Exception {
    return Stage.open().with("for: 3s", "for: 2s").up();
  }

  private static void kill(
      Running conductor, Journal journal, String begun, String done, String step, Moment moment)
      throws Exception {
    switch (moment) {
      case BEGUN -> {
        journal.awaitRecord(begun, step);
        conductor.kill();
      }
      case DONE -> {
        journal.awaitRecord("step-started", "gates");
        try (Hold hold = journal.holdBefore(done, step)) {
          hold.awaitReached();
          conductor.kill();
        }
      }
    }
  }

  private static void asBefore(Stage stage, String definition) throws Exception {
    assertThat(stage.database().definition()).isEqualTo(definition);
    assertThat(stage.newVersions()).isEqualTo(List.of());
    assertThat(stage.serving()).isEqualTo("old");
  }
}
