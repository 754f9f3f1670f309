package dev.segue.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.matrix.Load.Figures;
import dev.segue.acceptance.matrix.Scores.Mode;
import dev.segue.acceptance.matrix.Stage.Result;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

/// A case's way through all modes on one server: there, back, there again with kills, and to the
/// end for good, with its clients at work all the time.
final class Course {

  private static final String OLD = "old";
  private static final String NEW = "new";

  /// How often each client is served in a state before it is left.
  private static final int TIMES = 12;

  private final Server server;
  private final Case change;
  private final int rows;
  private final boolean kills;
  private final Scores scores;

  Course(Server server, Case change, int rows, boolean kills, Scores scores) {
    this.server = server;
    this.change = change;
    this.rows = rows;
    this.kills = kills;
    this.scores = scores;
  }

  void run() throws IOException, SQLException {
    Stage stage = Stage.open(server, change, rows, "backfill: { pace: full }");
    Written written = new Written(change.filled());
    try (Connection connection = stage.database().connect()) {
      written.adopt(connection, change.before());
    }
    Random random = new Random(Scores.SEED ^ change.name().hashCode());
    String before = stage.dump();
    String defined = stage.definition();
    try (Load load = new Load(stage.database(), written, rows)) {
      load.join(OLD, change.before());
      load.serve(TIMES);
      timed(Mode.APPLY, load, () -> succeeds(stage.segue("run")));
      together(load);
      if (kills) {
        Kills back = Kills.back(stage, random);
        timed(Mode.BACK_KILL, load, back::untilThrough);
      } else {
        timed(Mode.TAKE_BACK, load, () -> succeeds(stage.segue("rollback", "--reason", "matrix")));
      }
      load.serve(TIMES);
      load.nothingLost(List.of(), change.before());
      assertThat(stage.dump()).isEqualTo(change.left() ? stage.promised() : before);
      assertThat(stage.definition().equals(defined) || change.left()).isTrue();
      if (kills) {
        Kills there = Kills.there(stage, change.copies(), random);
        timed(Mode.APPLY_KILL, load, there::untilThrough);
      } else {
        succeeds(stage.segue("run"));
      }
      together(load, NEW);
      if (kills) {
        Kills end = Kills.end(stage, random);
        timed(Mode.CONTRACT_KILL, load, end::untilThrough);
      } else {
        timed(
            Mode.CONTRACT,
            load,
            () -> succeeds(stage.segue("finish", "--force", "--reason", "matrix")));
      }
      load.serve(TIMES);
      load.nothingLost(change.holds(), change.after());
      assertThat(stage.dump()).isEqualTo(stage.promised());
    }
  }

  /// The new version joins; both are served; then the one that is not to stay leaves.
  private void together(Load load) throws SQLException {
    together(load, OLD);
  }

  private void together(Load load, String staying) throws SQLException {
    load.join(NEW, change.after());
    load.serve(TIMES);
    load.nothingLost(change.holds(), change.before(), change.after());
    load.leave(staying.equals(OLD) ? NEW : OLD);
  }

  private interface Part {
    void go() throws IOException, SQLException;
  }

  private void timed(Mode mode, Load load, Part part) throws IOException, SQLException {
    Figures figures = load.count();
    long begun = System.nanoTime();
    part.go();
    scores.add(server.version(), change, mode, rows, System.nanoTime() - begun, figures);
  }

  private static void succeeds(Result result) {
    assertThat(result.exit()).as(result.all()).isZero();
  }
}
