package dev.segue.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Database;
import dev.segue.acceptance.Journal;
import dev.segue.acceptance.Journal.Hold;
import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.matrix.Stage.Result;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// The conductor's deaths on one case's way there: `kill -9`, and the same command again.
///
/// @param moments in which it dies, one after the other
record Kills(Stage stage, List<Moment> moments) {

  /// In a step.
  ///
  /// @param share of the time the step took before; 1: done, and nobody has noted it
  private record Moment(Step step, double share) {}

  /// One that was carried out before.
  private record Step(String id, Duration took) {

    boolean isLong() {
      return id.startsWith("backfill-") || id.startsWith("indexes-") || id.contains("index");
    }
  }

  private static final String BEGUN = "step-started";

  /// The steps of the latest run's way there, but the gates.
  private static final String STEPS =
      """
      select begun.body->>'step', extract(epoch from min(done.at) - min(begun.at)) * 1000
        from segue.journal begun
        join segue.journal done on done.run = begun.run and done.kind = 'step-applied'
             and done.body->>'step' = begun.body->>'step'
       where begun.kind = 'step-started' and begun.body->>'step' <> 'gates'
       group by 1 order by min(begun.seq)\
      """;

  /// Where the steps are known from an earlier run of the same change.
  ///
  /// @param several one in each long step, and one between steps; else one anywhere
  static Kills of(Stage stage, boolean several, Random random) throws SQLException {
    List<Step> steps = steps(stage.database());
    List<Moment> moments = new ArrayList<>();
    if (several) {
      steps.stream()
          .filter(Step::isLong)
          .forEach(step -> moments.add(new Moment(step, random.nextDouble(0.1, 0.8))));
    }
    Step any = steps.get(random.nextInt(steps.size()));
    moments.add(new Moment(any, several || random.nextBoolean() ? 1 : random.nextDouble()));
    moments.sort(
        Comparator.<Moment>comparingInt(m -> steps.indexOf(m.step()))
            .thenComparingDouble(Moment::share));
    return new Kills(stage, List.copyOf(moments));
  }

  private static List<Step> steps(Database database) throws SQLException {
    List<Step> steps = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(STEPS)) {
      while (row.next()) {
        steps.add(new Step(row.getString(1), Duration.ofMillis((long) row.getDouble(2))));
      }
    }
    return steps;
  }

  /// @return how often it was killed
  int untilThrough() throws SQLException {
    int killed = 0;
    for (Moment moment : moments) {
      killed += moment.share() < 1 ? within(moment) : behind(moment.step());
    }
    Result last = stage.segue("run");
    assertThat(last.exit()).as("after %s: %s", moments, last.all()).isZero();
    return killed;
  }

  private int within(Moment moment) throws SQLException {
    Journal journal = new Journal(stage.database());
    String step = moment.step().id();
    int before = journal.count(BEGUN, step);
    Running conductor = stage.start("run");
    boolean begun = false;
    while (!begun) {
      begun = journal.count(BEGUN, step) > before || ended(conductor, 5);
    }
    ended(conductor, (long) (moment.step().took().toMillis() * moment.share()));
    return killed(conductor);
  }

  private int behind(Step step) throws SQLException {
    try (Hold hold = new Journal(stage.database()).holdBefore("step-applied", step.id())) {
      Running conductor = stage.start("run");
      boolean over = false;
      while (!over) {
        over = hold.reached() || ended(conductor, 5);
      }
      return killed(conductor);
    }
  }

  /// It may have come through before; then that was right.
  private static int killed(Running conductor) {
    if (conductor.process().isAlive()) {
      conductor.kill();
      return 1;
    }
    assertThat(conductor.await().exit()).as(conductor.await().all()).isZero();
    return 0;
  }

  private static boolean ended(Running conductor, long millis) {
    try {
      return conductor.process().waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
