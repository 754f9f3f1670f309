package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Journal.Hold;
import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `segue abort` at every moment of a change: it goes where it is safe, and says where that is.
@Tag("acceptance")
class AbortTest {

  private static final String AS_BEFORE =
      "the safe state is the old version on the old schema, and that is the state now";

  /// However busy the machine is, the conductor is at its watch when abort comes.
  private static Stage watchedForLong() throws Exception {
    return Stage.open()
        .with("for: 3s", "for: 170s")
        .with("automatic: 30s", "automatic: 180s")
        .with("dead-man: 4s", "dead-man: 60s");
  }

  @Test
  void beforeAnyRunNothingIsChangedAndTheStateIsNamed() throws Exception {
    try (Stage stage = Stage.open()) {
      Result alone = stage.segue("abort");
      assertThat(alone.exit()).as(alone.all()).isZero();
      assertThat(alone.out())
          .contains("nothing to abort: no run of rename-member-column was ever begun")
          .contains("the router does not run", "decides: nobody needs to");
      assertThat(stage.database().hasJournal()).isFalse();
      assertThat(stage.state()).doesNotExist();

      stage.up();
      assertThat(stage.segue("abort").out()).contains(AS_BEFORE);
      JsonNode answer = JsonMapper.shared().readTree(stage.segue("abort", "--json").out());
      assertThat(answer.path("reached").asBoolean()).isTrue();
      assertThat(answer.path("now").path("serves").asString()).isEqualTo("old");
      assertThat(answer.path("now").path("schema").asString()).isEqualTo("old");
      assertThat(stage.database().hasJournal()).isFalse();
    }
  }

  @Test
  void aConductorAtWorkHeedsIt() throws Exception {
    try (Stage stage = watchedForLong().up();
        Users users = stage.users(50)) {
      String before = stage.database().definition();
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", "watch");
      assertThat(stage.segue("status").out())
          .contains("decides: the conductor", "the router goes back to the old version by itself");
      Result abort = stage.segue("abort", "--reason", "wrong day");
      assertThat(abort.exit()).as(abort.all()).isZero();
      assertThat(abort.out()).contains("wrong day", "was taken back", AS_BEFORE);
      assertThat(run.await().exit()).isEqualTo(1);
      assertThat(stage.database().definition()).isEqualTo(before);
      users.nothingLost(stage.oldVersion());
    }
  }

  @Test
  void whereTheConductorIsDeadItIsCarriedOut() throws Exception {
    try (Stage stage = watchedForLong().up()) {
      String before = stage.database().definition();
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", "watch");
      run.kill();
      assertThat(stage.segue("status").out()).contains("decides: the router: no conductor");
      Result alone = stage.segue("abort", "--json");
      assertThat(alone.exit()).as(alone.all()).isZero();
      JsonNode answer = JsonMapper.shared().readTree(alone.out().lines().toList().getLast());
      assertThat(answer.path("reached").asBoolean()).isTrue();
      assertThat(answer.path("safe_state").asString())
          .isEqualTo("the old version on the old schema");
      assertThat(stage.database().definition()).isEqualTo(before);
    }
  }

  @Test
  void whereGoingBackIsTheGreaterRiskTheNewVersionIsSafe() throws Exception {
    try (Stage stage =
        Stage.open()
            .with("automatic: 30s", "automatic: 4s")
            .with("by-hand: 30m", "by-hand: 5s")
            .up()) {
      Result run = stage.segue("run");
      assertThat(run.exit()).as(run.all()).isZero();
      String live = stage.database().definition();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> stage.segue("status").out().contains("back only with 'segue rollback"));

      Result closed = stage.segue("abort");
      assertThat(closed.exit()).as(closed.all()).isEqualTo(3);
      assertThat(closed.out())
          .contains("the safe state is the new version on the expanded schema")
          .contains("and that is the state now", "--force --reason");
      assertThat(stage.database().definition()).isEqualTo(live);

      try (Hold hold = stage.journal().holdBefore("step-applied", "contract-" + Stage.TABLE)) {
        Running finish = stage.start("finish");
        hold.awaitReached();
        finish.kill();
      }
      Result begun = stage.segue("abort");
      assertThat(begun.exit()).as(begun.all()).isEqualTo(3);
      assertThat(begun.out())
          .contains("the safe state is the new version on the new schema")
          .contains("and that is NOT reached", "segue finish");

      Result finish = stage.segue("finish");
      assertThat(finish.exit()).as(finish.all()).isZero();
      Result after = stage.segue("abort");
      assertThat(after.exit()).as(after.all()).isZero();
      assertThat(after.out())
          .contains("the safe state is the new version on the new schema, and that is the state");
    }
  }
}
