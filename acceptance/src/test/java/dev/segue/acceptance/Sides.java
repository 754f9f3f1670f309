package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import java.util.List;

/// The two states in which a change may end. There is nothing between.
///
/// @param before the definition of the database before the change
record Sides(Stage stage, String before) {

  private static final int LIVE = 0;
  private static final int TAKEN_BACK = 1;

  /// As it is now, before the change.
  static Sides of(Stage stage) throws Exception {
    return new Sides(stage, stage.database().definition());
  }

  /// `run` says where it ended, and there it is.
  void by(Result run) throws Exception {
    assertThat(run.exit()).as(run.all()).isIn(LIVE, TAKEN_BACK);
    if (run.exit() == LIVE) {
      live();
    } else {
      back();
    }
  }

  void back() throws Exception {
    assertThat(stage.serving()).isEqualTo("old");
    assertThat(stage.database().definition()).isEqualTo(before);
    assertThat(stage.newVersions()).isEmpty();
    nothingLeft();
  }

  void live() throws Exception {
    assertThat(stage.serving()).isEqualTo("new");
    assertThat(stage.database().column(FACADES)).isEqualTo(List.of(Stage.TABLE));
    assertThat(stage.newVersions()).hasSize(1);
    nothingLeft();
  }

  private static final String FACADES =
      """
      select c.relname from pg_class c
       where c.relkind = 'v' and obj_description(c.oid, 'pg_class') like 'segue: facade %'\
      """;

  private void nothingLeft() throws Exception {
    assertThat(stage.oldVersions()).hasSize(1);
    assertThat(stage.scratchDatabases()).isEmpty();
    Replay.agrees(stage.database());
  }
}
