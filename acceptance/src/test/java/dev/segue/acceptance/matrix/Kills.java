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

/// The conductor's deaths on one case's way there, back or to its end: `kill -9`, and the same
/// command again.
///
/// @param moments in which it dies, one after the other
record Kills(Stage stage, Leg leg, List<Moment> moments) {

  /// Of a run's way.
  ///
  /// @param command that carries it out
  /// @param begun kind of the record of a step that is begun
  /// @param done kind of the record of one that is done
  private record Leg(List<String> command, String begun, String done) {}

  private static final Leg THERE = new Leg(List.of("run"), "step-started", "step-applied");
  private static final Leg BACK =
      new Leg(List.of("rollback", "--reason", "matrix"), "step-taking-back", "step-taken-back");
  private static final Leg END =
      new Leg(List.of("finish", "--force", "--reason", "matrix"), "step-started", "step-applied");

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

  /// Steps of the latest run that have an effect, in the order of their plan.
  private static final String PLANNED =
      """
      select step->>'id', 300
        from segue.journal, json_array_elements(body->'plan') with ordinality as p (step, n)
       where kind = 'run-started' and step->>'stage' = ':stage'
         and at = (select max(at) from segue.journal where kind = 'run-started')
       order by n\
      """;

  /// On the way back, in one of the steps that made the schema grow.
  static Kills back(Stage stage, Random random) throws SQLException {
    return anywhere(stage, BACK, "EXPAND", random);
  }

  /// While what has become needless goes.
  static Kills end(Stage stage, Random random) throws SQLException {
    return anywhere(stage, END, "CONTRACT", random);
  }

  private static Kills anywhere(Stage stage, Leg leg, String part, Random random)
      throws SQLException {
    List<Step> steps = steps(stage.database(), PLANNED.replace(":stage", part));
    if (steps.isEmpty()) {
      return new Kills(stage, leg, List.of());
    }
    Step any = steps.get(random.nextInt(steps.size()));
    double share = random.nextBoolean() ? 1 : random.nextDouble();
    return new Kills(stage, leg, List.of(new Moment(any, share)));
  }

  /// Where the steps are known from an earlier run of the same change.
  ///
  /// @param several one in each long step, and one between steps; else one anywhere
  static Kills there(Stage stage, boolean several, Random random) throws SQLException {
    List<Step> steps = steps(stage.database(), STEPS);
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
    return new Kills(stage, THERE, List.copyOf(moments));
  }

  private static List<Step> steps(Database database, String query) throws SQLException {
    List<Step> steps = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        steps.add(new Step(row.getString(1), Duration.ofMillis((long) row.getDouble(2))));
      }
    }
    return steps;
  }

  void untilThrough() throws SQLException {
    boolean through = false;
    for (Moment moment : moments) {
      through = moment.share() < 1 ? within(moment) : behind(moment.step());
    }
    if (!through) {
      Result last = stage.segue(first(), more());
      assertThat(last.exit()).as("after %s: %s", moments, last.all()).isZero();
    }
  }

  private String first() {
    return leg.command().getFirst();
  }

  private String[] more() {
    return leg.command().stream().skip(1).toArray(String[]::new);
  }

  /// @return whether it came through before
  private boolean within(Moment moment) throws SQLException {
    Journal journal = new Journal(stage.database());
    String step = moment.step().id();
    int before = journal.count(leg.begun(), step);
    Running conductor = stage.start(first(), more());
    boolean begun = false;
    while (!begun) {
      begun = journal.count(leg.begun(), step) > before || ended(conductor, 5);
    }
    ended(conductor, (long) (moment.step().took().toMillis() * moment.share()));
    return isThrough(conductor);
  }

  private boolean behind(Step step) throws SQLException {
    try (Hold hold = new Journal(stage.database()).holdBefore(leg.done(), step.id())) {
      Running conductor = stage.start(first(), more());
      boolean over = false;
      while (!over) {
        over = hold.reached() || ended(conductor, 5);
      }
      return isThrough(conductor);
    }
  }

  /// It is killed, unless it came through before; then that was right.
  private static boolean isThrough(Running conductor) {
    if (conductor.process().isAlive()) {
      conductor.kill();
      return false;
    }
    assertThat(conductor.await().exit()).as(conductor.await().all()).isZero();
    return true;
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
