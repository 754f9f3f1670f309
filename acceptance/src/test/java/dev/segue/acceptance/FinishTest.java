package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.testkit.LoadFigures;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The way to the end, after which there is no way back.
@Tag("acceptance")
class FinishTest {

  @Test
  void endsTheChangeForGoodAndOnlyWhereSomebodyInsists() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(100)) {
      String before = stage.database().definition();
      Result run = stage.segue("run");
      assertThat(run.exit()).as(run.all()).isZero();
      String live = stage.database().definition();

      Result early = stage.segue("finish");
      assertThat(early.exit()).as(early.all()).isEqualTo(3);
      assertThat(early.err()).contains("window for going back by hand is open", "--force");
      Result silent = stage.segue("finish", "--force");
      assertThat(silent.exit()).as(silent.all()).isEqualTo(2);
      assertThat(silent.err()).contains("--reason");
      assertThat(stage.database().definition()).isEqualTo(live);

      users.load().phase("finishing");
      Result finish = stage.segue("finish", "--force", "--reason", "nobody is left on the old one");
      users.servedSome();
      assertThat(finish.exit()).as(finish.all()).isZero();
      LoadFigures seen = users.nothingLost(stage.newVersion());
      assertThat(seen.phase("finishing").requests()).isPositive();
      assertThat(stage.serving()).isEqualTo("new");
      assertThat(stage.oldVersions()).isEmpty();
      assertThat(stage.database().definition()).isEqualTo(Stage.renamed(before));
      assertThat(stage.journal().records()).contains("finish-requested", "ended");

      afterwards(stage);
    }
  }

  private static void afterwards(Stage stage) throws Exception {
    Result back = stage.segue("rollback", "--force", "--reason", "too late");
    assertThat(back.exit()).as(back.all()).isEqualTo(3);
    assertThat(back.err()).contains("cannot be taken back");
    Result abort = stage.segue("abort");
    assertThat(abort.exit()).as(abort.all()).isZero();
    assertThat(abort.out())
        .contains("nothing to abort", "the safe state is the new version on the new schema");
    Result again = stage.segue("run");
    assertThat(again.exit()).as(again.all()).isZero();
    assertThat(again.out()).contains("already");
    assertThat(stage.segue("finish").exit()).isZero();
    assertThat(stage.serving()).isEqualTo("new");
  }
}
